//! Messages about blocks: conditions, loops, repetition and handlers.

use argot_syntax::Span;

messages! {
    pub(crate) fn misplaced_statement(what: &str, span: Span) = MisplacedStatement
        .at(span, "{what} cannot be in a block")
        .help("move it out of the block, to the level of the pipeline");

    pub(crate) fn empty_block(span: Span) = EmptyPipeline
        .at(span, "this block has no tasks")
        .help("call a component in it, or remove it");

    pub(crate) fn after_yield(span: Span, first: Span) = MisplacedYield
        .at(span, "this is after `yield`")
        .also(first, "the block ends here")
        .help("put `yield` last");

    pub(crate) fn second_yield(span: Span, first: Span) = MisplacedYield
        .at(span, "a block can yield only once")
        .also(first, "first here")
        .help("yield a record with all values: `yield {{ a = x, b = y }}`");

    pub(crate) fn misplaced_yield(in_handler: bool, span: Span) = MisplacedYield
        .at(span, "`yield` can only be used in an `if`, `for` or `repeat`")
        .if(in_handler).help("nothing that could use the values runs after a handler")
        .if(!in_handler).help("a pipeline passes out its outputs with `return`");

    pub(crate) fn value_of_failed(task: &str, span: Span, condition: Span) = StatusCondition
        .at(span, "when this runs, `{task}` has no outputs")
        .also(condition, "it has not succeeded here")
        .help("use a parameter, or let the task fail: `with {{ allow_failure = true }}`; its outputs are then optional");

    pub(crate) fn yield_to_nobody(span: Span) = MisplacedYield
        .at(span, "nothing uses the values that this yields")
        .help("name the block, `let x = ...`, or remove the `yield`");

    pub(crate) fn missing_yield(span: Span) = MisplacedYield
        .at(span, "the block is named but yields nothing")
        .help("end it with `yield {{ name = value }}`, or remove `let`");

    pub(crate) fn arm_without_yield(span: Span, first: Span) = YieldsDiffer
        .at(span, "this arm yields nothing")
        .also(first, "another arm yields here")
        .help("end every arm with a `yield` of the same fields");

    pub(crate) fn yield_differs(name: &str, span: Span, first: Span) = YieldsDiffer
        .at(span, "only this arm yields `{name}`")
        .also(first, "another arm yields here")
        .help("yield the same fields in every arm");

    pub(crate) fn yield_lacks(name: &str, span: Span, defined: Span) = YieldsDiffer
        .at(span, "this arm does not yield `{name}`")
        .also(defined, "another arm does")
        .help("add `{name} = ...`");

    pub(crate) fn yields_differ(name: &str, first: &str, other: &str, span: Span, defined: Span) = YieldsDiffer
        .at(span, "`{name}` is {other} here and {first} in another arm")
        .also(defined, "{first} here")
        .help("yield values of one type");

    pub(crate) fn yield_of_nothing(name: &str, span: Span) = YieldsDiffer
        .at(span, "`{name}` is `null` in every case")
        .help("yield a value, or remove the field");

    pub(crate) fn yield_of_volume(span: Span) = WrongKind
        .at(span, "a volume cannot be yielded")
        .note("the volumes of a step must be known before the run")
        .help("declare the volume in the pipeline, where every block can use it");

    pub(crate) fn not_a_list(found: &str, is_json: bool, span: Span) = NotAList
        .at(span, "`for` loops over a list or a range, not over {found}")
        .if(is_json).help("convert it to a list: `as_list(...)`")
        .if(!is_json).help("write a list, or a range such as `0..3`");

    pub(crate) fn written_artifact_list(span: Span) = WrongKind
        .at(span, "a list of artifacts cannot be written out")
        .note("its elements are kept side by side in one folder of the run's storage")
        .help("collect them in a loop, `for ... {{ yield {{ model = m.model }} }}`, or let a component make the list");

    pub(crate) fn uncollectable(name: &str, found: &str, span: Span) = WrongKind
        .at(span, "a loop cannot collect `{name}`: it is {found}")
        .help("yield one artifact that is always present");

    pub(crate) fn not_made_here(name: &str, span: Span) = RunTimeValue
        .at(span, "`{name}` is collected, but no task of the loop writes this artifact")
        .note("an artifact is put into its place in the list by the step that writes it")
        .help("yield an output of a component or pipeline that is called in the loop");

    pub(crate) fn artifact_test(span: Span) = RunTimeValue
        .at(span, "whether this artifact is present is known only during the run, and a condition cannot test it")
        .note("an artifact is a file in a store; conditions see values and how tasks have ended")
        .help("test a value that is yielded with it, `x.score != null`, or the task, `succeeded(t)`: the artifact is then known to be present as well");

    pub(crate) fn collected_twice(name: &str, span: Span) = RunTimeValue
        .at(span, "the artifact of `{name}` is already collected into another list")
        .note("an artifact is put into its place in one list by the step that writes it")
        .help("yield it once, and use that list twice");

    pub(crate) fn task_value_in_handler(name: &str, span: Span) = HandlerScope
        .at(span, "a handler cannot use the task `{name}`")
        .note("a handler runs however the run ends, and the task may not have run")
        .help("use parameters, `run.status` and `run.failures`; or handle the task itself with `if failed(...)`");

    pub(crate) fn run_has_not_ended(field: &str, span: Span) = HandlerScope
        .at(span, "`run.{field}` is known only after the run has ended")
        .help("use it in `on exit`, `on success` or `on failure`");

    pub(crate) fn status_of_value(span: Span) = StatusCondition
        .at(span, "a value cannot depend on how a task has ended")
        .note("if the task fails, the pipeline fails, so nothing could use the value")
        .help("let the task fail: `with {{ allow_failure = true }}`; its outputs are then optional");

    pub(crate) fn status_and_value(task: &str, span: Span) = StatusCondition
        .at(span, "this block both tests how `{task}` has ended and uses its outputs")
        .note("the block as a whole waits for the value, so it never runs if the task fails")
        .help("test it in the block of `{task}` itself, or let the task fail: `with {{ allow_failure = true }}`");

    pub(crate) fn run_value_of_call(field: &str, pipeline: &str, span: Span, call: Span) = HandlerScope
        .at(span, "`run.{field}` describes a whole run, but `{pipeline}` is called by another pipeline")
        .also(call, "called here")
        .help("a call has only `run.status`; use the others in the pipeline that is run");

    pub(crate) fn list_of_attempt(task: &str, span: Span) = WrongKind
        .at(span, "`{task}` writes a list of artifacts and may fail")
        .help("remove `allow_failure`, or let it write a folder: an `Artifact`");

    /// The condition of each arm includes that no arm above it holds, so too many arms make it too large.
    pub(crate) fn too_many_arms(name: &str, arms: usize, span: Span) = TooLarge
        .at(span, "the block `{name}` is too large: the conditions of its first {arms} arms have too many parts together")
        .note("an arm runs if its condition is true and none above it is")
        .help("let a component decide, or put some of the arms into an `if` inside `else`");

    pub(crate) fn claim_in_loop(pipeline: &str, claim: &str, block: &str, call: Span, declared: Span) = ClaimInLoop
        .at(call, "each turn of this `{block}` would need its own claim `{claim}`")
        .label("`{pipeline}` declares a claim")
        .also(declared, "claims are made when the run starts, before any turn")
        .help("to share one claim, declare it in the pipeline with the `{block}` and pass it as an input `{claim}: volume`; \
         for storage of its own, mount `ephemeral(...)` in the step");
}
