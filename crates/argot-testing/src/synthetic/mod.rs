//! Synthetic programs of any size, for the benches.

mod dimensions;
mod pipelines;

pub use dimensions::DIMENSIONS;
pub use pipelines::{fan, flow, source, steps};

/// Something that a program may have much of.
pub struct Dimension {
    pub name: &'static str,
    /// What there are `n` of.
    pub counts: &'static str,
    /// The least of the sizes that are compared: this one, twice and four times as many.
    pub size: usize,
    /// The arguments of `argot`.
    pub args: &'static [&'static str],
    /// Whether `argot` exits with 1.
    pub fails: bool,
    /// The files of the program with `n` of it.
    pub files: fn(usize) -> Vec<File>,
}

/// A file of a program.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }
}

impl Dimension {
    /// The dimension of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        DIMENSIONS.iter().find(|dimension| dimension.name == name)
    }

    const fn failing(self) -> Self {
        Self {
            fails: true,
            ..self
        }
    }

    /// The sizes that are compared. If the last takes four times as long as the first, the time is linear.
    pub fn sizes(&self) -> [usize; 3] {
        [self.size, self.size * 2, self.size * 4]
    }
}
