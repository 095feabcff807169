//! Sets of attributes. A set contains only the attributes that are set.

use argot_syntax::Span;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::kind::{Block, Row, Rule, Shape};
use super::read::{Group, Reader};
use crate::Expr;

/// A callback that receives the name of an attribute, its rule and its value.
pub type Visit<'v, 'a> = dyn FnMut(&'a str, Rule, &'a Expr) + 'v;

/// The type of an attribute's value: how to read, override and visit it. `Kind` says which form of the type a row of
/// the table accepts.
pub trait Setting: Clone + PartialEq + Serialize + Sized {
    /// What a row says about its values besides their type.
    type Kind: Copy + 'static;
    /// The return type of a getter. Usually an `Option`; for a block, an empty block if it is not set.
    type Got<'a>
    where
        Self: 'a;
    /// How the attribute is written.
    const SHAPE: Shape = Shape::Value;

    /// Reads the value of the attribute. Returns `None` if it is wrong, after reporting it.
    fn read(reader: &mut dyn Reader, name: &'static str, kind: Self::Kind) -> Option<Self>;

    /// The value for a getter.
    fn got(found: Option<&Self>) -> Self::Got<'_>;

    /// Overrides this value with another one of the same attribute.
    fn overlay(&mut self, over: &Self) {
        self.clone_from(over);
    }

    /// Visits the expressions in the value, each with its rule, under the name of the attribute or under their own.
    fn visit<'a>(&'a self, name: &'static str, kind: Self::Kind, visit: &mut Visit<'_, 'a>);

    /// The expressions in the value, each with a name.
    fn exprs_mut<'a>(&'a mut self, name: &'static str, out: &mut Vec<(String, &'a mut Expr)>);
}

/// One attribute with its value. An enum with a variant for each row of a group implements it.
pub trait Attribute: Clone + PartialEq + Sized + 'static {
    /// The rows of the group, in the order of the table.
    const ROWS: &'static [Row];

    /// The index of the attribute's row.
    fn rank(&self) -> usize;
    /// Reads the attribute of the row with this index.
    fn read(row: usize, reader: &mut dyn Reader) -> Option<Self>;
    /// Overrides this value with another one of the same attribute.
    fn overlay(&mut self, over: &Self);
    /// Visits the expressions in the value, each with its rule.
    fn visit<'a>(&'a self, visit: &mut Visit<'_, 'a>);
    /// The expressions in the value, each with a name.
    fn exprs_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>);
    /// Serializes the value as an entry of a map.
    fn entry<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error>;

    /// The attribute's name.
    fn attribute_name(&self) -> &'static str {
        Self::ROWS.get(self.rank()).map_or("", |row| row.name)
    }
}

/// A group of attributes that has a block, or records, of its own: `retry { ... }`.
pub trait Nested: Attribute {
    /// The block.
    const BLOCK: Block;
    /// Attributes that must be present in it.
    const REQUIRED: &'static [&'static str];
}

/// The attributes of one group that are set, in the order of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Set<A> {
    /// The span of the block, or of what is used in its place.
    pub span: Span,
    set: Vec<(Span, A)>,
}

impl<A> Default for Set<A> {
    fn default() -> Self {
        Self::at(Span::default())
    }
}

impl<A> Set<A> {
    /// An empty set for a block at this span.
    pub fn at(span: Span) -> Self {
        Self {
            span,
            set: Vec::new(),
        }
    }

    /// Whether no attribute is set.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}

impl<A: Attribute> Set<A> {
    /// An empty set.
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

    /// The attributes that are set, mutable, in the order of the table.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut A> {
        self.set.iter_mut().map(|(_, attribute)| attribute)
    }

    /// The attributes that are set, with the spans of their names. The span of an attribute that nobody wrote is empty.
    pub fn placed(&self) -> impl Iterator<Item = (Span, &A)> {
        self.set.iter().map(|(span, attribute)| (*span, attribute))
    }

    /// The span of an attribute's name, if the attribute is set.
    pub fn span_of(&self, name: &str) -> Option<Span> {
        let mut found = self.placed();
        found
            .find(|(_, attribute)| attribute.attribute_name() == name)
            .map(|(span, _)| span)
    }

    /// The span of an attribute's name, if somebody wrote the attribute.
    pub fn written(&self, name: &str) -> Option<Span> {
        self.span_of(name).and_then(Span::known)
    }

    /// Sets an attribute and replaces its earlier value.
    pub fn set(&mut self, attribute: A) {
        self.set_at(Span::default(), attribute);
    }

    /// Sets an attribute whose name is at this span.
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

    /// Removes an attribute by name and returns it.
    pub fn unset(&mut self, name: &str) -> Option<A> {
        let at = self
            .iter()
            .position(|attribute| attribute.attribute_name() == name)?;
        Some(self.set.remove(at).1)
    }

    /// Keeps only the attributes for which `keep` returns true.
    pub fn retain(&mut self, keep: impl Fn(&A) -> bool) {
        self.set.retain(|(_, attribute)| keep(attribute));
    }

    /// The first value that `pick` finds in an attribute.
    pub fn get<'a, T>(&'a self, pick: impl Fn(&'a A) -> Option<&'a T>) -> Option<&'a T> {
        self.iter().find_map(pick)
    }

    /// The first value that `pick` finds, mutable.
    pub fn get_mut<'a, T>(
        &'a mut self,
        pick: impl Fn(&'a mut A) -> Option<&'a mut T>,
    ) -> Option<&'a mut T> {
        self.set
            .iter_mut()
            .find_map(|(_, attribute)| pick(attribute))
    }

    /// The value that `pick` finds, mutable. If it finds none, `empty` is set first.
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

    /// Adds an attribute that was read. A repeated attribute overrides the first one.
    fn add(&mut self, span: Span, attribute: A) {
        match self.find(attribute.rank()) {
            Ok(at) => {
                if let Some((_, mine)) = self.set.get_mut(at) {
                    mine.overlay(&attribute);
                }
            }
            Err(at) => self.set.insert(at, (span, attribute)),
        }
    }

    /// Overrides this set with another one: blocks and records field by field, other values as a whole.
    pub fn overlay(&mut self, over: &Self) {
        if over.is_empty() {
            return;
        }
        if let Some(span) = over.span.known() {
            self.span = span;
        }
        for (span, attribute) in &over.set {
            match self.find(attribute.rank()) {
                Ok(at) => {
                    if let Some((place, mine)) = self.set.get_mut(at) {
                        *place = *span;
                        mine.overlay(attribute);
                    }
                }
                Err(at) => self.set.insert(at, (*span, attribute.clone())),
            }
        }
    }

    /// Visits every expression with its rule.
    pub fn visit<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        self.iter().for_each(|attribute| attribute.visit(visit));
    }

    /// Every expression, with the name of the attribute that contains it.
    pub fn exprs_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>) {
        for (_, attribute) in &mut self.set {
            attribute.exprs_mut(out);
        }
    }

    fn find(&self, rank: usize) -> Result<usize, usize> {
        self.set
            .binary_search_by_key(&rank, |(_, attribute)| attribute.rank())
    }

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

impl<A: Nested> Setting for Set<A> {
    type Kind = ();
    type Got<'a> = &'a Self;
    const SHAPE: Shape = Shape::Block;

    fn read(reader: &mut dyn Reader, name: &'static str, (): ()) -> Option<Self> {
        let mut set = Self::default();
        let span = reader.block(Group {
            name,
            rows: A::ROWS,
            block: A::BLOCK,
            required: A::REQUIRED,
            read: &mut |row, span, reader| set.read(row, span, reader),
        });
        set.span = span;
        Some(set)
    }

    fn got(found: Option<&Self>) -> &Self {
        found.unwrap_or(Self::EMPTY)
    }

    fn overlay(&mut self, over: &Self) {
        Self::overlay(self, over);
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        Self::visit(self, visit);
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        Self::exprs_mut(self, out);
    }
}

impl<A: Nested> Setting for Vec<Set<A>> {
    type Kind = ();
    type Got<'a> = Option<&'a [Set<A>]>;

    fn read(reader: &mut dyn Reader, name: &'static str, (): ()) -> Option<Self> {
        let sets = std::cell::RefCell::new(Self::new());
        reader.records(
            name,
            &mut |span| sets.borrow_mut().push(Set::at(span)),
            Group {
                name,
                rows: A::ROWS,
                block: A::BLOCK,
                required: A::REQUIRED,
                read: &mut |row, span, reader| {
                    if let Some(set) = sets.borrow_mut().last_mut() {
                        set.read(row, span, reader);
                    }
                },
            },
        )?;
        Some(sets.into_inner())
    }

    fn got(found: Option<&Self>) -> Option<&[Set<A>]> {
        found.map(Vec::as_slice)
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        self.iter().for_each(|set| set.visit(visit));
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        self.iter_mut().for_each(|set| set.exprs_mut(out));
    }
}

/// Declares groups of attributes. One row generates the variant, the getter and everything in [`Attribute`].
macro_rules! attributes {
    ($(
        $(#[doc = $group_doc:literal])+
        $group:ident of $attribute:ident in $default:expr $(, with $block:ident $(, requires $required:expr)?)? => {
            $($(#[doc = $doc:literal])+ $name:ident $variant:ident: $ty:ty $(= $kind:expr)? $(, in $places:expr)?;)*
        }
    )*) => {
        /// The rows of each group.
        const GROUPS: &[&[Row]] = &[$($attribute::ROWS),*];

        $(
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
                }),*];

                fn rank(&self) -> usize {
                    match self { $(Self::$variant(_) => Rank::$name as usize,)* }
                }
                fn read(row: usize, reader: &mut dyn Reader) -> Option<Self> {
                    $(if row == Rank::$name as usize {
                        return <$ty as Setting>::read(reader, stringify!($name), kinds::$name).map(Self::$variant);
                    })*
                    None
                }
                fn overlay(&mut self, over: &Self) {
                    match (self, over) {
                        $((Self::$variant(mine), Self::$variant(theirs)) => Setting::overlay(mine, theirs),)*
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

            $(impl Nested for $attribute {
                const BLOCK: Block = Block::$block;
                const REQUIRED: &'static [&'static str] = attributes!(@or $($required)?; &[]);
            })?
        };
    )*};
    (@or $value:expr; $default:expr) => { $value };
    (@or ; $default:expr) => { $default };
}
pub(super) use attributes;
