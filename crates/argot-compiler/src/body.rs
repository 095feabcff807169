//! The kinds of component bodies, and the facts that hold for all components with a body of that kind.

use serde::Serialize;

use crate::{Expr, Raw, Script, TemplateRef};

/// The body of a component.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// The program of `image`, `command` and `args`.
    Container,
    /// A script.
    Script(Script),
    /// A template that already exists in the cluster.
    TemplateRef(TemplateRef),
    /// The target's own template.
    RawTemplate(Raw),
}

/// Facts that hold for all components whose bodies are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyFacts {
    /// The attribute that declares the body.
    pub attribute: &'static str,
    /// Whether the target creates a pod for it. If so, profiles and the attributes of pods and containers apply.
    pub has_pod: bool,
    /// Whether the pipeline's `defaults` apply to it.
    pub takes_defaults: bool,
    /// Whether it accepts an optional value if only the run knows whether it is present.
    pub optional_inputs: bool,
    /// Whether an input and an output need different names.
    pub distinct_names: bool,
    /// The attributes that a component may have in addition to the body's own.
    pub beside: Allowed,
    /// The attributes that a call of it may have.
    pub with: Allowed,
}

/// Which attributes are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// All but these.
    Except(&'static [&'static str]),
    /// Only these.
    Only(&'static [&'static str]),
}

impl Allowed {
    /// Whether the attribute is allowed.
    pub fn has(self, attribute: &str) -> bool {
        match self {
            Self::Except(names) => !names.contains(&attribute),
            Self::Only(names) => names.contains(&attribute),
        }
    }
}

macro_rules! bodies {
    ($($(#[doc = $doc:literal])* $kind:ident $facts:tt)*) => {
        /// The kinds of bodies.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum BodyKind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl BodyKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The facts about all components with such a body.
            pub const fn facts(self) -> &'static BodyFacts {
                match self {
                    $(Self::$kind => { const FACTS: &BodyFacts = &BodyFacts $facts; FACTS })*
                }
            }
        }

        impl Body {
            /// Its kind.
            pub const fn kind(&self) -> BodyKind {
                match self {
                    $(Self::$kind { .. } => BodyKind::$kind,)*
                }
            }
        }
    };
}

bodies! {
    /// The program of an image.
    Container {
        attribute: "image",
        has_pod: true,
        takes_defaults: true,
        optional_inputs: true,
        distinct_names: true,
        beside: Allowed::Except(&[]),
        with: Allowed::Except(&[]),
    }
    /// A script.
    Script {
        attribute: "script",
        has_pod: true,
        takes_defaults: true,
        optional_inputs: true,
        distinct_names: true,
        beside: Allowed::Except(&["args"]),
        with: Allowed::Except(&["args", "command"]),
    }
    /// A template that already exists in the cluster.
    TemplateRef {
        attribute: "template_ref",
        has_pod: false,
        takes_defaults: false,
        optional_inputs: false,
        distinct_names: false,
        beside: Allowed::Only(&[]),
        with: Allowed::Only(&["allow_failure"]),
    }
    /// The target's own template.
    RawTemplate {
        attribute: "raw_template",
        has_pod: false,
        takes_defaults: false,
        optional_inputs: false,
        distinct_names: true,
        beside: Allowed::Only(&["outputs"]),
        with: Allowed::Only(&["allow_failure"]),
    }
}

impl Body {
    /// The facts about all components with such a body.
    pub const fn facts(&self) -> &'static BodyFacts {
        self.kind().facts()
    }

    /// The script.
    pub fn script(&self) -> Option<&Script> {
        match self {
            Self::Script(script) => Some(script),
            Self::Container | Self::TemplateRef(_) | Self::RawTemplate(_) => None,
        }
    }

    /// The target's own fields.
    pub fn raw(&self) -> Option<&Raw> {
        match self {
            Self::RawTemplate(raw) => Some(raw),
            Self::Container | Self::Script(_) | Self::TemplateRef(_) => None,
        }
    }

    /// Calls `visit` with every expression in it.
    pub(crate) fn for_each_expr(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        match self {
            Self::RawTemplate(raw) => raw.for_each_expr(visit),
            Self::Container | Self::Script(_) | Self::TemplateRef(_) => {}
        }
    }

    /// Roughly how many bytes its constants use.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Script(script) => script.text.len(),
            Self::Container | Self::TemplateRef(_) | Self::RawTemplate(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BodyKind;
    use crate::attributes::{Block, rows};

    #[test]
    fn the_attribute_of_each_kind_is_one_of_a_component() {
        for kind in BodyKind::ALL {
            let name = kind.facts().attribute;
            let is_known =
                rows().any(|row| row.name == name && row.places.contains(&Block::Component));
            assert!(is_known, "`{name}` has no row");
        }
    }
}
