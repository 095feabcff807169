//! Diagnostics about the run as a whole.

use argot_syntax::Span;

use super::shared::{HeldTwice, Shared, WrittenTwice};

messages! {
    pub(super) fn mutex_held(HeldTwice { inner, outer }: &HeldTwice) = LockHeldTwice
        .at(
            inner.span,
            "`{}` waits forever for {}, which `{}` already holds",
            inner.holder,
            inner.name.as_ref().map_or_else(|| "a mutex".to_owned(), |name| format!("the mutex `{name}`")),
            outer.holder
        )
        .label("Argo's locks cannot be acquired twice")
        .also(outer.span, "`{}` holds it until everything in it has ended", outer.holder)
        .help("remove one of the two, or give them different names: the outer one covers all that runs in it");

    pub(super) fn semaphore_held(HeldTwice { inner, outer }: &HeldTwice) = SemaphoreHeldTwice
        .at(
            inner.span,
            "`{}` acquires a semaphore again, of which `{}` around it already holds one",
            inner.holder,
            outer.holder
        )
        .label("this waits forever if the limit in the cluster is reached")
        .also(outer.span, "`{}` holds it until everything in it has ended", outer.holder)
        .help("remove one of the two, or use another key for the inner one");

    pub(super) fn address_outlives(
        daemon: &str, started: Span, around: &str, is_pipeline: bool, span: Span,
    ) = AddressOutlivesDaemon
        .at(span, "the address of `{daemon}` leaves the {around} that ends the daemon")
        .label("nothing answers there any more")
        .also(started, "Argo ends this daemon with the {around}")
        .if(is_pipeline).help("start the daemon in the pipeline that uses it, and give this one the address as an argument")
        .if(!is_pipeline).help("start the daemon before the block, and use its address in the block");

    pub(super) fn no_room(
        task: &str, daemons: usize, most: usize, is_run: bool, limit: Span, span: Span, daemon: Option<Span>,
    ) = NoRoomBesideDaemons
        .at(
            span,
            "`{task}` never starts: {} all the places that `parallel = {most}` allows {}",
            if daemons == 1 { "a daemon takes".to_owned() } else { format!("{daemons} daemons take") },
            if is_run { "the run" } else { "its pipeline or loop" }
        )
        .also(
            limit,
            "a daemon counts among these {} until its pipeline or block ends",
            if is_run { "pods" } else { "tasks" }
        )
        .if(let Some(daemon) = daemon).also(daemon, "this daemon runs until then")
        .help("allow at least {} at the same time", daemons + 1);

    pub(super) fn turns_write(output: &str, span: Span, looped: Span) = TurnsWriteOneKey
        .at(span, "every turn of the loop writes `{output}` to the same place")
        .label("nothing in it differs from turn to turn")
        .also(looped, "this runs once for each item")
        .help("include a part of the item in it, as in `\"s3://bucket/${{item}}\"`, or remove `to`");

    pub(super) fn tasks_write(
        WrittenTwice { output: (output, span), first, second }: &WrittenTwice,
    ) = TasksWriteOneKey
        .at(*span, "`{}` and `{}` can run at the same time and write `{output}` to the same place", first.0, second.0)
        .label("all readers get what the last one to end has written")
        .also(first.1, "this task writes there")
        .also(second.1, "so does this one")
        .help("give each a place of its own, or let one run `after` the other");

    pub(super) fn cache_ignores(
        step: &str, input: &str, shared: &Shared, key: Span, declared: Span,
    ) = CacheIgnoresInput
        .at(
            key,
            "{} with different values of `{input}` share one cached result of `{step}`",
            match shared {
                Shared::Calls(..) => "calls",
                Shared::Turns(..) => "turns of a loop",
                Shared::Runs => "runs",
            }
        )
        .label("this key does not mention `{input}`")
        .also(declared, "this input decides the result")
        .if(let Shared::Calls(first, _) = shared).also(first.1, "`{}` leaves a result", first.0)
        .if(let Shared::Calls(_, second) = shared).also(second.1, "`{}` would reuse it", second.0)
        .if(let Shared::Turns(name, span) = shared).also(*span, "each turn of `{name}` has another value")
        .help(
            "mention it: `key = \"...-${{{input}}}\"`; a value that does not change the result can come from \
             `with {{ env = {{ ... }} }}` instead of an input"
        );

    pub(super) fn cached_artifacts_deleted(
        step: &str, output: &str, span: Span, strategy: Span,
    ) = CachedArtifactsDeleted
        .at(span, "the cached result of `{step}` outlives its artifact `{output}`")
        .label("a later run reuses this result, and finds no file")
        .also(strategy, "this deletes the artifacts of the run that made them")
        .help("remove `artifact_gc` or `cache`");

    pub(super) fn workspace(name: &str, span: Span) = WorkspaceWithoutEffect
        .at(span, "`{name}` of the workspace has no effect on Argo")
        .label("steps pass files through Argo's artifact repository")
        .help("put it into the profile of the cluster that creates a workspace, `[profile.NAME.workspace]` in `argot.toml`; \
         for a volume that steps share, declare `volume files = claim(...)` and mount it");
}
