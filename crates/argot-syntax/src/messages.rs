//! The table of constructors of diagnostics.
//!
//! Each crate has this module of its own: the compiler finds no unused functions among those of another crate's macro.

/// Constructors of diagnostics, as rows: a signature, and a [`message!`](argot_syntax::message).
///
/// ```ignore
/// messages! {
///     pub(crate) fn not_a_task(name: &str, span: Span) = NotATask
///         .at(span, "`{name}` is not a task")
///         .help("`after` waits for calls; name the call with `let`");
/// }
/// ```
macro_rules! messages {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident $parameters:tt = $base:ident $(($($given:tt)*))? $(.$part:ident $argument:tt)+;
    )*) => {$(
        $(#[$attribute])*
        $visibility fn $name $parameters -> argot_syntax::Diagnostic {
            argot_syntax::message!($base $(($($given)*))? $(.$part $argument)+)
        }
    )*};
}
