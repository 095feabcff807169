//! The parts of expressions, and ways to traverse them.
//!
//! [`Expr::find`] traverses an expression and [`Expr::rewrite`] changes one. All others are built on these two. Both
//! visit the parts that `children` lists, so a new form of expression is added only there.

use argot_syntax::MAX_NESTING;

use super::{ArtifactSource, Expr, ExprKind, Location, VolumeExpr, VolumeSource};
use crate::{Value, limits::MOST_EXPRESSION};

/// The expressions directly inside an expression, to read or to change.
macro_rules! children {
    ($children:ident $exprs:ident $iter:ident $option:ident $($mutable:ident)?) => {
        impl Expr {
            /// The expressions directly inside this one.
            pub fn $children(&$($mutable)? self) -> Vec<&$($mutable)? Self> {
                match &$($mutable)? self.kind {
                    ExprKind::Error
                    | ExprKind::Constant(_)
                    | ExprKind::Input(_)
                    | ExprKind::InputPath(_)
                    | ExprKind::OutputPath(_)
                    | ExprKind::OutputNames(_)
                    | ExprKind::Task(_)
                    | ExprKind::TaskOutput { .. }
                    | ExprKind::TaskStatus(_)
                    | ExprKind::TaskIp(_)
                    | ExprKind::Item(_)
                    | ExprKind::Gather { .. }
                    | ExprKind::Context(_)
                    | ExprKind::Volume(VolumeExpr::Input(_) | VolumeExpr::Declared(_)) => Vec::new(),
                    ExprKind::List(items) | ExprKind::Concat(items) => items.$iter().collect(),
                    ExprKind::Record(fields) => fields.$iter().map(|(_, value)| value).collect(),
                    ExprKind::Field { base, .. } => vec![base],
                    ExprKind::Index { base, index } => vec![base, index],
                    ExprKind::Unary { operand, .. } => vec![operand],
                    ExprKind::Binary { left, right, .. } => vec![left, right],
                    ExprKind::Choose {
                        condition,
                        then,
                        otherwise,
                    } => vec![condition, then, otherwise],
                    ExprKind::Function { arguments, .. } => arguments.$iter().collect(),
                    ExprKind::Artifact(source) => match &$($mutable)? **source {
                        ArtifactSource::Location(location) => location.$exprs(),
                        ArtifactSource::Text(text) => vec![text],
                    },
                    ExprKind::Volume(VolumeExpr::Source(source)) => source.$exprs(),
                }
            }
        }

        impl Location {
            /// The expressions in it.
            pub fn $exprs(&$($mutable)? self) -> Vec<&$($mutable)? Expr> {
                match self {
                    Self::S3 { bucket, key } | Self::Gcs { bucket, key } => vec![bucket, key],
                    Self::Oss {
                        endpoint,
                        bucket,
                        key,
                    } => vec![endpoint, bucket, key],
                    Self::Azure {
                        account,
                        container,
                        blob,
                    } => vec![account, container, blob],
                    Self::Http { url } => vec![url],
                    Self::Git {
                        repository,
                        revision,
                    } => std::iter::once(repository)
                        .chain(revision.$option())
                        .collect(),
                }
            }
        }

        impl VolumeSource {
            /// The expressions in it.
            pub fn $exprs(&$($mutable)? self) -> Vec<&$($mutable)? Expr> {
                match self {
                    Self::Claim {
                        size,
                        class,
                        snapshot,
                        ..
                    } => [Some(size), class.$option(), snapshot.$option()]
                        .into_iter()
                        .flatten()
                        .collect(),
                    Self::Ephemeral { size, class, .. } => {
                        [Some(size), class.$option()].into_iter().flatten().collect()
                    }
                    Self::Existing { name, .. } | Self::Secret { name } | Self::Config { name } => {
                        vec![name]
                    }
                    Self::Memory { size } | Self::Scratch { size } => vec![size],
                    Self::HostPath { path } => vec![path],
                    Self::Nfs { server, path } => vec![server, path],
                    Self::Csi { driver, attributes } => std::iter::once(driver)
                        .chain(attributes.$iter().map(|(_, value)| value))
                        .collect(),
                }
            }
        }
    };
}

children!(children exprs iter as_ref);
children!(children_mut exprs_mut iter_mut as_mut mut);

/// Whether a visitor continues with the parts of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Visit the parts.
    Visit,
    /// Skip the parts: the expression is done.
    Skip,
}

impl Expr {
    /// The first result that is found in this expression and those inside it, outermost first.
    pub fn find<'a, T>(&'a self, look: &mut dyn FnMut(&'a Self) -> Option<T>) -> Option<T> {
        look(self).or_else(|| {
            self.children()
                .into_iter()
                .find_map(|child| child.find(look))
        })
    }

    /// Whether this expression or one inside it satisfies the predicate.
    pub fn any(&self, mut is_such: impl FnMut(&Self) -> bool) -> bool {
        self.find(&mut |expr| is_such(expr).then_some(())).is_some()
    }

    /// Calls `visit` with this expression and every one inside it, outermost first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        self.find(&mut |expr| {
            visit(expr);
            None::<()>
        });
    }

    /// Changes this expression and those inside it. Each is passed to `enter` before its parts, and to `leave` after
    /// them unless they were skipped.
    pub fn rewrite(
        &mut self,
        enter: &mut dyn FnMut(&mut Self) -> Parts,
        leave: &mut dyn FnMut(&mut Self),
    ) {
        if enter(self) == Parts::Skip {
            return;
        }
        for child in self.children_mut() {
            child.rewrite(enter, leave);
        }
        leave(self);
    }

    /// Changes this expression and those inside it, innermost first.
    pub fn rewrite_inside_out(&mut self, leave: &mut dyn FnMut(&mut Self)) {
        self.rewrite(&mut |_| Parts::Visit, leave);
    }

    /// Roughly how many bytes its values use, not counting small ones, which are never larger than their source.
    pub fn bytes(&self) -> usize {
        const SMALL: usize = 64;
        let mut bytes = 0_usize;
        self.walk(&mut |expr| {
            if let Some(value @ (Value::String(_) | Value::List(_) | Value::Record(_))) =
                expr.value()
            {
                bytes = bytes.saturating_add(value.size().bytes.saturating_sub(SMALL));
            }
        });
        bytes
    }

    /// The number of expressions in it, counted up to `most`.
    pub fn parts(&self, most: usize) -> usize {
        let mut left = most;
        self.any(|_| {
            left = left.saturating_sub(1);
            left == 0
        });
        most - left
    }

    /// Whether it has at least this many parts, or is deeper than the parser allows.
    pub fn is_larger_than(&self, most: usize) -> bool {
        fn count(expr: &Expr, depth: usize, left: &mut usize) -> bool {
            *left = left.saturating_sub(1);
            *left == 0
                || depth > MAX_NESTING
                || expr
                    .children()
                    .into_iter()
                    .any(|child| count(child, depth + 1, left))
        }
        count(self, 0, &mut most.clone())
    }

    /// Whether it has so many parts that copying it wherever it is named could take forever.
    pub(crate) fn is_huge(&self) -> bool {
        self.is_larger_than(MOST_EXPRESSION)
    }
}
