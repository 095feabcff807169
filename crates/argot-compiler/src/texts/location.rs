//! The addresses of artifacts, parts of which only the run may know.

use super::{Mismatch, Pair, Rule, parse, read};
use crate::{Expr, ExprKind, Location, check::concat};

/// A placeholder for a part that only the run knows. It is not a separator.
const UNKNOWN: char = '\u{FFFC}';

/// How an address can begin.
const SCHEMES: &[&str] = &[
    "s3",
    "gs",
    "oss",
    "az",
    "http",
    "https",
    "git+https",
    "git+http",
    "git+ssh",
];

const STARTS: &str =
    "it must start with `s3://`, `gs://`, `oss://`, `az://`, `https://` or `git+https://`";

/// Reads the address of an artifact. The separators of its parts must be constant text.
pub(crate) fn location(url: &Expr) -> Result<Location, Mismatch> {
    let written = Written::of(url);
    let found = read(Rule::location, &written.text).map_err(|mismatch| {
        let scheme = parse(Rule::any_scheme, &written.text)
            .ok()
            .and_then(|found| found.into_inner().next())
            .map(|scheme| scheme.as_str().to_owned())
            .filter(|scheme| !scheme.contains(UNKNOWN));
        match scheme {
            None => Mismatch::whole(STARTS),
            Some(known) if SCHEMES.contains(&known.as_str()) => mismatch,
            Some(other) => Mismatch {
                at: 0..other.len(),
                reason: format!(
                    "`{other}` is not known; `s3`, `gs`, `oss`, `az`, `http`, `https` and `git+https` are"
                ),
            },
        }
    })?;
    let mut parts = found.into_inner().flatten();
    let scheme = parts.next().map(|pair| pair.as_rule());
    let mut part = |rule: Rule| {
        let found = parts.find(|pair| pair.as_rule() == rule);
        found.map(|pair| written.part(&pair, url))
    };
    let mut all = |rule: Rule| part(rule).unwrap_or_else(|| Expr::error(url.span));
    Ok(match scheme {
        Some(Rule::s3) => Location::S3 {
            bucket: all(Rule::bucket),
            key: all(Rule::key),
        },
        Some(Rule::gs) => Location::Gcs {
            bucket: all(Rule::bucket),
            key: all(Rule::key),
        },
        Some(Rule::oss) => Location::Oss {
            bucket: all(Rule::oss_bucket),
            endpoint: all(Rule::endpoint),
            key: all(Rule::key),
        },
        Some(Rule::az) => Location::Azure {
            account: all(Rule::account),
            container: all(Rule::container),
            blob: all(Rule::blob),
        },
        Some(Rule::git) => Location::Git {
            repository: all(Rule::repository),
            revision: part(Rule::revision),
        },
        _ => Location::Http { url: url.clone() },
    })
}

/// A text of constant and other parts, as one text.
struct Written<'e> {
    text: String,
    /// Where each part begins in the text.
    parts: Vec<(usize, &'e Expr)>,
}

impl<'e> Written<'e> {
    fn of(url: &'e Expr) -> Self {
        let parts = match &url.kind {
            ExprKind::Concat(parts) => parts.as_slice(),
            _ => std::slice::from_ref(url),
        };
        let mut written = Self {
            text: String::new(),
            parts: Vec::new(),
        };
        for part in parts {
            written.parts.push((written.text.len(), part));
            match part.as_str() {
                Some(text) => written.text.push_str(text),
                None => written.text.push(UNKNOWN),
            }
        }
        written
    }

    /// The expression of a matched part.
    fn part(&self, pair: &Pair<'_>, url: &Expr) -> Expr {
        let (from, to) = (pair.as_span().start(), pair.as_span().end());
        let mut found = Vec::new();
        for (start, part) in &self.parts {
            let text = part.as_str();
            let end = start + text.map_or(UNKNOWN.len_utf8(), str::len);
            let (first, last) = (from.max(*start), to.min(end));
            match text
                .and_then(|text| text.get(first.checked_sub(*start)?..last.checked_sub(*start)?))
            {
                Some("") => {}
                Some(text) => found.push(Expr::text(text, part.span)),
                None if first < last => found.push((*part).clone()),
                None => {}
            }
        }
        // Parts of a text are no longer than the text.
        concat(found, url.span).unwrap_or_else(|_| Expr::error(url.span))
    }
}
