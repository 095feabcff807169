//! From text to tree.
//!
//! A file without mistakes is read by `quick` alone, in one pass; everything else goes these steps:
//!
//! | step | where | what it does |
//! |---|---|---|
//! | scan | `scan` | finds comments, strings without an end and nesting that is too deep |
//! | match | `grammar` | pest and the grammar; what fits no rule becomes a `broken_` pair |
//! | build | `build`, `body`, `expr`, `literal` | turns pairs into the tree |
//! | explain | `explain` | reads a broken piece again and says what is wrong with it |
//!
//! Every step is linear in the text, and the depth of every recursion is bounded by
//! [`MAX_NESTING`](crate::MAX_NESTING).

mod body;
mod build;
mod explain;
mod expr;
mod grammar;
mod invisible;
mod literal;
mod quick;
mod quick_expr;
mod quick_lex;
mod quick_string;
mod quick_type;
mod scan;

use pest::Parser as _;

use self::build::Builder;
use self::grammar::{Grammar, Rule};
use crate::{Diagnostics, Source, ast};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads a file.
///
/// What is wrong is added to `diagnostics`; the tree holds every item and statement that could be read.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> ast::File {
    let mut found = Diagnostics::default();
    let file = quick::read(source).unwrap_or_else(|| by_grammar(source, &mut found));
    invisible::check(source, &mut found);
    diagnostics.extend(found);
    file
}

/// The two ways to a tree, for the tests that compare them.
#[doc(hidden)]
pub mod testing {
    use crate::{Diagnostics, Source, ast};

    /// Reads a file without mistakes, or gives up.
    pub fn quick(source: &Source) -> Option<ast::File> {
        super::quick::read(source)
    }

    /// Reads any file by the grammar.
    pub fn by_grammar(source: &Source, diagnostics: &mut Diagnostics) -> ast::File {
        super::by_grammar(source, diagnostics)
    }
}

/// Reads a file by the grammar.
fn by_grammar(source: &Source, diagnostics: &mut Diagnostics) -> ast::File {
    let text = source.text();
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let base = source.text().len() - text.len();

    let scan = scan::scan(text, source.id(), base, diagnostics);
    let mut builder = Builder::new(source, &scan.text, base, diagnostics);
    let items = match Grammar::parse(Rule::file, &scan.text) {
        Ok(pairs) => builder.file(pairs),
        Err(mismatch) => {
            builder.explain_file(&mismatch);
            Vec::new()
        }
    };
    ast::File {
        items,
        broken: builder.broken,
        comments: scan.comments,
    }
}
