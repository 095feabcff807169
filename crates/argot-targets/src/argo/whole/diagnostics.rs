//! Diagnostics about the run as a whole.

use argot_syntax::{Code, Diagnostic, Span};

use super::shared::{HeldTwice, Shared, WrittenTwice};

pub(super) fn mutex_held(found: &HeldTwice) -> Diagnostic {
    let (inner, outer) = (&found.inner.holder, &found.outer.holder);
    let mutex = match &found.inner.name {
        Some(name) => format!("the mutex `{name}`"),
        None => "a mutex".to_owned(),
    };
    let message = format!("`{inner}` waits forever for {mutex}, which `{outer}` already holds");
    Code::LockHeldTwice.at(found.inner.span, message)
        .label("Argo's locks cannot be acquired twice")
        .also(found.outer.span, format!("`{outer}` holds it until everything in it has ended"))
        .help("remove one of the two, or give them different names: the outer one covers all that runs in it")
}

pub(super) fn semaphore_held(found: &HeldTwice) -> Diagnostic {
    let (inner, outer) = (&found.inner.holder, &found.outer.holder);
    let message = format!(
        "`{inner}` acquires a semaphore again, of which `{outer}` around it already holds one"
    );
    Code::SemaphoreHeldTwice
        .at(found.inner.span, message)
        .label("this waits forever if the limit in the cluster is reached")
        .also(
            found.outer.span,
            format!("`{outer}` holds it until everything in it has ended"),
        )
        .help("remove one of the two, or use another key for the inner one")
}

pub(super) fn address_outlives(
    daemon: &str,
    started: Span,
    around: &str,
    is_pipeline: bool,
    span: Span,
) -> Diagnostic {
    let help = match is_pipeline {
        true => {
            "start the daemon in the pipeline that uses it, and give this one the address as an argument"
        }
        false => "start the daemon before the block, and use its address in the block",
    };
    let message = format!("the address of `{daemon}` leaves the {around} that ends the daemon");
    Code::AddressOutlivesDaemon
        .at(span, message)
        .label("nothing answers there any more")
        .also(started, format!("Argo ends this daemon with the {around}"))
        .help(help)
}

pub(super) fn no_room(
    task: &str,
    daemons: usize,
    most: usize,
    is_run: bool,
    limit: Span,
    span: Span,
    daemon: Option<Span>,
) -> Diagnostic {
    let (who, pods) = match is_run {
        true => ("the run", "pods"),
        false => ("its pipeline or loop", "tasks"),
    };
    let daemons_text = match daemons {
        1 => "a daemon takes".to_owned(),
        several => format!("{several} daemons take"),
    };
    let message = format!(
        "`{task}` never starts: {daemons_text} all the places that `parallel = {most}` allows {who}"
    );
    let found = Code::NoRoomBesideDaemons.at(span, message).also(
        limit,
        format!("a daemon counts among these {pods} until its pipeline or block ends"),
    );
    match daemon {
        Some(daemon) => found.also(daemon, "this daemon runs until then"),
        None => found,
    }
    .help(format!("allow at least {} at the same time", daemons + 1))
}

pub(super) fn turns_write(output: &str, span: Span, looped: Span) -> Diagnostic {
    let message = format!("every turn of the loop writes `{output}` to the same place");
    Code::TurnsWriteOneKey
        .at(span, message)
        .label("nothing in it differs from turn to turn")
        .also(looped, "this runs once for each item")
        .help("include a part of the item in it, as in `\"s3://bucket/${item}\"`, or remove `to`")
}

pub(super) fn tasks_write(found: &WrittenTwice) -> Diagnostic {
    let WrittenTwice {
        output: (output, span),
        first,
        second,
    } = found;
    let message = format!(
        "`{}` and `{}` can run at the same time and write `{output}` to the same place",
        first.0, second.0
    );
    Code::TasksWriteOneKey
        .at(*span, message)
        .label("all readers get what the last one to end has written")
        .also(first.1, "this task writes there")
        .also(second.1, "so does this one")
        .help("give each a place of its own, or let one run `after` the other")
}

pub(super) fn cache_ignores(
    step: &str,
    input: &str,
    shared: &Shared,
    key: Span,
    declared: Span,
) -> Diagnostic {
    let who = match shared {
        Shared::Calls(..) => "calls",
        Shared::Turns(..) => "turns of a loop",
        Shared::Runs => "runs",
    };
    let message =
        format!("{who} with different values of `{input}` share one cached result of `{step}`");
    let found = Code::CacheIgnoresInput
        .at(key, message)
        .label(format!("this key does not mention `{input}`"))
        .also(declared, "this input decides the result");
    match shared {
        Shared::Calls(first, second) => found
            .also(first.1, format!("`{}` leaves a result", first.0))
            .also(second.1, format!("`{}` would reuse it", second.0)),
        Shared::Turns(name, span) => found.also(*span, format!("each turn of `{name}` has another value")),
        Shared::Runs => found,
    }
    .help(format!(
        "mention it: `key = \"...-${{{input}}}\"`; a value that does not change the result can come from `with {{ env = {{ ... }} }}` instead of an input"
    ))
}

pub(super) fn cached_artifacts_deleted(
    step: &str,
    output: &str,
    span: Span,
    strategy: Span,
) -> Diagnostic {
    let message = format!("the cached result of `{step}` outlives its artifact `{output}`");
    Code::CachedArtifactsDeleted
        .at(span, message)
        .label("a later run reuses this result, and finds no file")
        .also(
            strategy,
            "this deletes the artifacts of the run that made them",
        )
        .help("remove `artifact_gc` or `cache`")
}

pub(super) fn workspace(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` of the workspace has no effect on Argo");
    Code::WorkspaceWithoutEffect.at(span, message)
        .label("steps pass files through Argo's artifact repository")
        .help(
        "put it into the profile of the cluster that creates a workspace, `[profile.NAME.workspace]` in `argot.toml`; \
         for a volume that steps share, declare `volume files = claim(...)` and mount it",
    )
}
