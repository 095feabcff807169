//! Messages about what a run would do: they need to know what calls what.

use argot_syntax::{Code, Diagnostic, Span};

/// Why no further attempt can follow.
pub(crate) enum Idle<'a> {
    /// `limit = 0`, with the name of what has no effect beside it.
    NoLimit(&'a str, Span),
    /// The wait before the second attempt is as long as all attempts may take.
    LongWait(Span),
    /// `when` holds after no end that `on` covers, though it does after others.
    OtherEnds(&'a str, Span),
    /// `when` holds after no end.
    Never,
}

pub(crate) fn idle_retry(why: &Idle<'_>, span: Span) -> Diagnostic {
    let new = |message: String| Diagnostic::new(Code::RetryNeverHappens, span, message);
    match why {
        Idle::NoLimit(name, place) => {
            new("this retry never happens: `limit = 0` allows no further attempt".to_owned())
                .also(*place, format!("`{name}` has no effect"))
                .help("say how many further attempts there are, or remove the block")
        }
        Idle::LongWait(max) => {
            new("this retry never happens: the wait uses up the time for all attempts".to_owned())
                .also(*max, "all attempts together take at most this long")
                .help("make `max` longer than `backoff`")
        }
        Idle::OtherEnds(on, place) => new(format!(
            "this retry never happens: `when` does not hold after any end that `on = \"{on}\"` covers"
        ))
        .also(*place, "no other end is looked at")
        .help("remove `on`: `when` alone decides then"),
        Idle::Never => new("this retry never happens: `when` does not hold after any end".to_owned())
            .note("`last.status` is \"Failed\" or \"Error\", and `last.exit_code` is -1 to 255")
            .help("write a condition that can hold, or remove it"),
    }
}

pub(crate) fn claim_in_loop(
    pipeline: &str,
    claim: &str,
    block: &str,
    call: Span,
    declared: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::ClaimInLoop,
        call,
        format!("each turn of this `{block}` would need its own claim `{claim}`"),
    )
    .label(format!("`{pipeline}` declares a claim"))
    .also(declared, "claims are made when the run starts, before any turn")
    .help(format!(
        "to share one claim, declare it in the pipeline with the `{block}` and pass it as an input `{claim}: volume`; \
         for storage of its own, mount `ephemeral(...)` in the step"
    ))
}
