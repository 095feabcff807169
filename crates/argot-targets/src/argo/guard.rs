//! Workarounds in expressions for releases that handle the items of loops, or the arguments of tasks, differently.

use argot_compiler::Type;

use super::carried::is_text;
use super::expr_lang::{Code, choice};
use super::features::Feature;
use super::scope::{Piece, Scope};

/// The text of an item that is a list of one text.
const ITEM: &str = "fromJSON(item)[0]";

impl Scope<'_> {
    /// Returns the text of a loop's item.
    pub(super) fn item(&self, ty: &Type) -> Piece {
        match self.wraps_items(ty) {
            true => Piece::Code {
                code: ITEM.to_owned(),
                is_text: true,
            },
            false => Piece::Tag("item".to_owned()),
        }
    }

    /// Whether a loop's items are lists of one text. Releases that change a bare text leave a list as it is.
    pub(super) fn wraps_items(&self, ty: &Type) -> bool {
        let are_texts = ty.is_optional() || matches!(ty, Type::Json) || is_text(ty);
        are_texts && !self.version.has(Feature::TextItems)
    }

    /// Returns the tag of an expression that is computed only if its guard holds.
    pub(super) fn expression(&self, code: &str) -> String {
        // If Argo knows the item, older releases know nothing else.
        let Some(guard) = self.guard.filter(|_| code != ITEM) else {
            return self.tags.expression(code);
        };
        // A name bound by `let` is in scope up to the end of the expression, and not beyond.
        let code = match code.starts_with("let ") {
            true => format!("({code})"),
            false => code.to_owned(),
        };
        let condition = Code::compound(guard.condition);
        let code = Code::compound(code);
        let guarded = choice(condition, code, Code::atom(guard.otherwise));
        self.tags.expression(&guarded.text)
    }
}
