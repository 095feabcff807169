//! Keys of objects.

/// What a key is the key of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A label.
    Label,
    /// An annotation.
    Annotation,
}

impl Kind {
    /// In messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Annotation => "annotation",
        }
    }
}
