//! The types of attribute values that are more than an expression.

use argot_syntax::Span;
use serde::Serialize;

use crate::{Expr, VolumeExpr};

/// The value of an environment variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvValue {
    /// A value, converted to its canonical text.
    Value(Expr),
    /// `secret(name, key)`.
    Secret {
        /// The Secret's name.
        name: Expr,
        /// The key in the Secret.
        key: Expr,
    },
    /// `config(name, key)`.
    Config {
        /// The ConfigMap's name.
        name: Expr,
        /// The key in the ConfigMap.
        key: Expr,
    },
    /// `field(path)`: a field of the pod.
    Field {
        /// The path of the field, such as `metadata.name`.
        path: String,
    },
}

/// An object of which every key becomes an environment variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvFrom {
    /// `secret(name)`.
    Secret(Expr),
    /// `config(name)`.
    Config(Expr),
}

/// A request and a limit. `cpu = 4` sets both to the same value, `cpu = 4..8` sets one each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amount {
    /// The amount that the scheduler reserves.
    pub request: Expr,
    /// The amount that the container may not exceed.
    pub limit: Expr,
}

impl Amount {
    /// Whether the request and the limit are the same value.
    pub(crate) fn is_one(&self) -> bool {
        self.request.span.key() == self.limit.span.key()
    }
}

/// A volume that is mounted at a path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mount {
    /// The volume to mount.
    pub volume: VolumeExpr,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}
