//! One line for each finding, for editors and `grep`.

use argot_syntax::{Diagnostics, Sources};

use super::one_line;

/// `file:line:column: error[type-mismatch]: message`; without a place where there is none.
pub(super) fn render(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        let place = diagnostic
            .span()
            .and_then(|span| Some((sources.get(span.file)?, span.start)));
        if let Some((source, start)) = place {
            let position = source.position(start);
            let path = one_line(source.path());
            out.push_str(&format!("{path}:{}:{}: ", position.line, position.column));
        }
        let (severity, name) = (diagnostic.severity.name(), diagnostic.code.id());
        out.push_str(&format!(
            "{severity}[{name}]: {}\n",
            one_line(&diagnostic.message)
        ));
    }
    out
}
