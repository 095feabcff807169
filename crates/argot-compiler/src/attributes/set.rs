//! Sets of attributes: what is set, and nothing for what is not.

use argot_syntax::Span;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::kind::{Block, Row, Rule, Shape};
use super::read::Reader;
use crate::Expr;

/// Is called with the name of an attribute, its rule and its value.
pub type Visit<'v, 'a> = dyn FnMut(&'a str, Rule, &'a Expr) + 'v;

/// The type of an attribute's value: how it is written, read, laid over another and walked. `Kind` says which form of
/// the type a row of the table wants.
pub trait Setting: Clone + PartialEq + Serialize + Sized {
    /// What a row says of its values beside their type.
    type Kind: Copy + 'static;
    /// What a getter returns: mostly an `Option`, of a block what is empty if it is not set.
    type Got<'a>
    where
        Self: 'a;
    /// How it is written.
    const SHAPE: Shape = Shape::Value;

    /// Reads what is written for the attribute; nothing if it is wrong, and has been reported.
    fn read(reader: &mut dyn Reader, name: &'static str, kind: Self::Kind) -> Option<Self>;

    /// The value for a getter.
    fn got(found: Option<&Self>) -> Self::Got<'_>;

    /// Lays another value of the attribute over this one.
    fn lay(&mut self, over: &Self) {
        self.clone_from(over);
    }

    /// Visits the expressions in it, each with its rule, under the name of the attribute or of their own.
    fn visit<'a>(&'a self, name: &'static str, kind: Self::Kind, visit: &mut Visit<'_, 'a>);

    /// The expressions in it.
    fn exprs_mut<'a>(&'a mut self, name: &'static str, out: &mut Vec<(String, &'a mut Expr)>);

    /// What is written, in the words of the documentation.
    fn words(kind: Self::Kind) -> String;
}

/// One attribute with its value: an enum with a variant for each row of a group of the table.
pub trait Attribute: Clone + PartialEq + Sized + 'static {
    /// The rows of the group, in their order.
    const ROWS: &'static [Row];
    /// The block that holds the group, for groups that have one of their own.
    const BLOCK: Block;
    /// Attributes that the block cannot do without.
    const REQUIRED: &'static [&'static str];

    /// The place of the attribute's row.
    fn rank(&self) -> usize;
    /// Reads the attribute of a row.
    fn read(row: usize, reader: &mut dyn Reader) -> Option<Self>;
    /// Lays another value of the same attribute over this one.
    fn lay(&mut self, over: &Self);
    /// Visits the expressions in it, each with its rule.
    fn visit<'a>(&'a self, visit: &mut Visit<'_, 'a>);
    /// The expressions in it, each with a name.
    fn exprs_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>);
    /// Writes the value.
    fn entry<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error>;

    /// The attribute's name.
    fn attribute_name(&self) -> &'static str {
        Self::ROWS.get(self.rank()).map_or("", |row| row.name)
    }
}

/// The attributes of one group that are set, in the order of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Set<A> {
    /// Where the block is, or what stands for it.
    pub span: Span,
    set: Vec<(Span, A)>,
}

impl<A> Default for Set<A> {
    fn default() -> Self {
        Self::at(Span::default())
    }
}

impl<A> Set<A> {
    /// A set with nothing in it, for a block at this place.
    pub fn at(span: Span) -> Self {
        Self {
            span,
            set: Vec::new(),
        }
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}

impl<A: Attribute> Set<A> {
    /// A set with nothing in it.
    pub const EMPTY: &'static Self = &Self {
        span: Span {
            file: argot_syntax::FileId(0),
            start: 0,
            end: 0,
        },
        set: Vec::new(),
    };

    /// The attributes that are set, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &A> {
        self.set.iter().map(|(_, attribute)| attribute)
    }

    /// The attributes that are set, to change their values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut A> {
        self.set.iter_mut().map(|(_, attribute)| attribute)
    }

    /// The attributes that are set with the places of their names, which are empty for those that nobody wrote.
    pub fn placed(&self) -> impl Iterator<Item = (Span, &A)> {
        self.set.iter().map(|(span, attribute)| (*span, attribute))
    }

    /// Where the name of an attribute is, if the attribute is set.
    pub fn span_of(&self, name: &str) -> Option<Span> {
        let mut found = self.placed();
        found
            .find(|(_, attribute)| attribute.attribute_name() == name)
            .map(|(span, _)| span)
    }

    /// Sets an attribute, in place of what it was.
    pub fn set(&mut self, attribute: A) {
        self.set_at(Span::default(), attribute);
    }

    /// Sets an attribute whose name is at a place.
    pub fn set_at(&mut self, span: Span, attribute: A) {
        match self.find(attribute.rank()) {
            Ok(at) => {
                if let Some(slot) = self.set.get_mut(at) {
                    *slot = (span, attribute);
                }
            }
            Err(at) => self.set.insert(at, (span, attribute)),
        }
    }

    /// Takes an attribute out, by its name.
    pub fn unset(&mut self, name: &str) -> Option<A> {
        let at = self
            .iter()
            .position(|attribute| attribute.attribute_name() == name)?;
        Some(self.set.remove(at).1)
    }

    /// The first value that `pick` finds in an attribute.
    pub fn get<'a, T>(&'a self, pick: impl Fn(&'a A) -> Option<&'a T>) -> Option<&'a T> {
        self.iter().find_map(pick)
    }

    /// The first value that `pick` finds, to change it.
    pub fn get_mut<'a, T>(
        &'a mut self,
        pick: impl Fn(&'a mut A) -> Option<&'a mut T>,
    ) -> Option<&'a mut T> {
        self.set
            .iter_mut()
            .find_map(|(_, attribute)| pick(attribute))
    }

    /// The value that `pick` finds, to change it. If there is none, `empty` is set first.
    pub fn or_set<T>(
        &mut self,
        empty: A,
        pick: impl Fn(&mut A) -> Option<&mut T>,
    ) -> Option<&mut T> {
        let at = match self.find(empty.rank()) {
            Ok(at) => at,
            Err(at) => {
                self.set.insert(at, (Span::default(), empty));
                at
            }
        };
        self.set
            .get_mut(at)
            .and_then(|(_, attribute)| pick(attribute))
    }

    /// Adds what was read: a further one of a name is laid over the first.
    fn add(&mut self, span: Span, attribute: A) {
        match self.find(attribute.rank()) {
            Ok(at) => {
                if let Some((_, mine)) = self.set.get_mut(at) {
                    mine.lay(&attribute);
                }
            }
            Err(at) => self.set.insert(at, (span, attribute)),
        }
    }

    /// Lays another set over this one: blocks and records field by field, other values whole.
    pub fn lay(&mut self, over: &Self) {
        if over.is_empty() {
            return;
        }
        if over.span.key() != Span::default().key() {
            self.span = over.span;
        }
        for (span, attribute) in &over.set {
            match self.find(attribute.rank()) {
                Ok(at) => {
                    if let Some((place, mine)) = self.set.get_mut(at) {
                        *place = *span;
                        mine.lay(attribute);
                    }
                }
                Err(at) => self.set.insert(at, (*span, attribute.clone())),
            }
        }
    }

    /// Visits every expression, each with its rule.
    pub fn visit<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        self.iter().for_each(|attribute| attribute.visit(visit));
    }

    /// Every expression, each with the name of the attribute that holds it.
    pub fn exprs_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>) {
        for (_, attribute) in &mut self.set {
            attribute.exprs_mut(out);
        }
    }

    fn find(&self, rank: usize) -> Result<usize, usize> {
        self.set
            .binary_search_by_key(&rank, |(_, attribute)| attribute.rank())
    }
}

impl<A: Attribute> Set<A> {
    /// Reads one attribute of the group into the set, by its row.
    pub fn read(&mut self, row: usize, span: Span, reader: &mut dyn Reader) {
        if let Some(attribute) = A::read(row, reader) {
            self.add(span, attribute);
        }
    }
}

impl<A: Attribute> FromIterator<A> for Set<A> {
    fn from_iter<I: IntoIterator<Item = A>>(attributes: I) -> Self {
        let mut set = Self::default();
        attributes
            .into_iter()
            .for_each(|attribute| set.set(attribute));
        set
    }
}

impl<A: Attribute> Serialize for Set<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.set.len()))?;
        for attribute in self.iter() {
            attribute.entry(attribute.attribute_name(), &mut map)?;
        }
        map.end()
    }
}

/// Declares groups of attributes. One row makes the variant, the getter, and all that [`Attribute`] says.
macro_rules! attributes {
    ($(
        $(#[doc = $group_doc:literal])+
        $group:ident of $attribute:ident in $default:expr $(, with $block:ident)? $(, requires $required:expr)? => {
            $($(#[doc = $doc:literal])+ $name:ident $variant:ident: $ty:ty $(= $kind:expr)? $(, in $places:expr)?;)*
        }
    )*) => {$(
        $(#[doc = $group_doc])+
        pub type $group = Set<$attribute>;

        $(#[doc = $group_doc])+
        #[derive(Debug, Clone, PartialEq)]
        pub enum $attribute {
            $($(#[doc = $doc])+ $variant($ty),)*
        }

        impl $group {
            $($(#[doc = $doc])+ pub fn $name(&self) -> <$ty as Setting>::Got<'_> {
                Setting::got(self.get(|attribute| match attribute {
                    $attribute::$variant(value) => Some(value),
                    #[allow(unreachable_patterns, reason = "a group may have one attribute")]
                    _ => None,
                }))
            })*
        }

        impl $attribute {
            $(#[doc = concat!("The value, if this is `", stringify!($name), "`.")]
            pub fn $name(&mut self) -> Option<&mut $ty> {
                match self {
                    Self::$variant(value) => Some(value),
                    #[allow(unreachable_patterns, reason = "a group may have one attribute")]
                    _ => None,
                }
            })*
        }

        #[allow(non_upper_case_globals, reason = "the kind of each row has the row's name")]
        const _: () = {
            #[allow(clippy::module_inception, reason = "one for each group")]
            mod kinds {
                use super::*;
                $(pub(super) const $name: <$ty as Setting>::Kind = attributes!(@or $($kind)?; ());)*
            }
            #[allow(non_camel_case_types, reason = "the rank of each row has the row's name")]
            enum Rank { $($name),* }

            impl Attribute for $attribute {
                const ROWS: &'static [Row] = &[$(Row {
                    name: stringify!($name),
                    shape: <$ty as Setting>::SHAPE,
                    places: attributes!(@or $($places)?; $default),
                    doc: &[$($doc),+],
                    words: || <$ty as Setting>::words(kinds::$name),
                }),*];
                const BLOCK: Block = attributes!(@or $(Block::$block)?; Block::Component);
                const REQUIRED: &'static [&'static str] = attributes!(@or $($required)?; &[]);

                fn rank(&self) -> usize {
                    match self { $(Self::$variant(_) => Rank::$name as usize,)* }
                }
                fn read(row: usize, reader: &mut dyn Reader) -> Option<Self> {
                    $(if row == Rank::$name as usize {
                        return <$ty as Setting>::read(reader, stringify!($name), kinds::$name).map(Self::$variant);
                    })*
                    None
                }
                fn lay(&mut self, over: &Self) {
                    match (self, over) {
                        $((Self::$variant(mine), Self::$variant(theirs)) => Setting::lay(mine, theirs),)*
                        #[allow(unreachable_patterns, reason = "a group may have one attribute")]
                        (mine, theirs) => mine.clone_from(theirs),
                    }
                }
                fn visit<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
                    match self { $(Self::$variant(value) => Setting::visit(value, stringify!($name), kinds::$name, visit),)* }
                }
                fn exprs_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>) {
                    match self { $(Self::$variant(value) => Setting::exprs_mut(value, stringify!($name), out),)* }
                }
                fn entry<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error> {
                    match self { $(Self::$variant(value) => map.serialize_entry(name, value),)* }
                }
            }
        };
    )*};
    (@or $value:expr; $default:expr) => { $value };
    (@or ; $default:expr) => { $default };
}
pub(super) use attributes;
