//! One line for each finding, for editors and `grep`.

use super::one_line;
use crate::report::Report;

/// `file:line:column: error[type-mismatch]: message`; without a place if there is none.
pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for excerpt in report.excerpts() {
        for diagnostic in &excerpt.shown {
            let place = excerpt.file.zip(diagnostic.span());
            if let Some((source, span)) = place {
                let position = source.position(span.start);
                let path = one_line(source.path());
                out.push_str(&format!("{path}:{}:{}: ", position.line, position.column));
            }
            let (severity, name) = (diagnostic.severity.name(), diagnostic.code.id());
            out.push_str(&format!(
                "{severity}[{name}]: {}\n",
                one_line(&diagnostic.message)
            ));
        }
        if let Some(rest) = excerpt.rest() {
            out.push_str(&format!("note: {}\n", one_line(&rest)));
        }
    }
    out
}
