//! Reads settings from TOML. Each value keeps its place, and all errors are reported at once.

use std::ops::Range;

use argot_compiler::suggest;
use argot_syntax::{Diagnostics, FileId, Span};
use indexmap::IndexMap;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostics;

/// A value of TOML with its place.
pub(super) type Node<'a> = Spanned<DeValue<'a>>;

/// A setting and its place.
#[derive(Debug, Clone)]
pub(crate) struct Located<T> {
    /// The setting.
    pub(crate) value: T,
    /// Where its value is.
    pub(crate) span: Span,
}

/// A single setting: its path, its value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// Something that a project file can say.
pub(crate) trait Setting: Clone {
    /// The kind of value, for messages: `a text`.
    fn expected() -> String;

    /// Reads it. Returns `None` after a mistake that has been reported.
    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self>;

    /// The value as data.
    fn data(&self) -> Value;

    /// Adds a row for each single setting in it.
    fn rows(&self, path: &str, span: Span, rows: &mut Vec<Row>) {
        rows.push(Row {
            path: path.to_owned(),
            value: self.data(),
            span,
        });
    }

    /// Adds what only `base` sets.
    fn inherit(&mut self, base: &Self) {
        let _ = base;
    }

    /// Its JSON Schema.
    #[cfg(test)]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema;
}

/// Collects the mistakes in a project file.
#[derive(Debug)]
pub(crate) struct Reader {
    /// The project file.
    file: FileId,
    pub(crate) diagnostics: Diagnostics,
    /// The settings of a profile, to recognize one that is outside of it.
    of_profiles: &'static [&'static str],
}

/// The type of a value, in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// `labels.team`, `labels."acme.com/team"`.
pub(crate) fn join(path: &str, key: &str) -> String {
    let bare = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let key = if bare {
        key.to_owned()
    } else {
        Value::from(key).to_string()
    };
    match path {
        "" => key,
        path => format!("{path}.{key}"),
    }
}

impl Reader {
    /// A reader without findings.
    pub(super) fn new(file: FileId, of_profiles: &'static [&'static str]) -> Self {
        Self {
            file,
            diagnostics: Diagnostics::default(),
            of_profiles,
        }
    }

    /// A place in the project file.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// Reports a value of the wrong type.
    pub(super) fn mismatch<T: Setting>(&mut self, node: &Node<'_>, path: &str) {
        self.diagnostics.push(diagnostics::wrong_type(
            path,
            &T::expected(),
            kind(node.get_ref()),
            self.span(&node.span()),
        ));
    }

    /// Reports a value that the setting does not accept.
    pub(super) fn invalid<T: Setting>(&mut self, node: &Node<'_>, path: &str, problem: &str) {
        self.diagnostics.push(diagnostics::invalid_setting(
            path,
            &T::expected(),
            problem,
            self.span(&node.span()),
        ));
    }

    /// Reports a text that is not one of those that the setting accepts.
    pub(super) fn no_member(&mut self, node: &Node<'_>, path: &str, text: &str, all: &[&str]) {
        self.diagnostics.push(diagnostics::no_member(
            path,
            text,
            all,
            self.span(&node.span()),
        ));
    }

    /// The table that a value is.
    pub(super) fn table<'a, 'i, T: Setting>(
        &mut self,
        node: &'a Node<'i>,
        path: &str,
    ) -> Option<&'a DeTable<'i>> {
        let table = node.get_ref().as_table();
        if table.is_none() {
            self.mismatch::<T>(node, path);
        }
        table
    }

    /// Reports the unknown keys of a table.
    pub(super) fn keys(&mut self, table: &DeTable<'_>, path: &str, known: &[&str]) {
        for (key, _) in table.iter() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let near = suggest(name, known.iter().copied());
                let place = self.span(&key.span());
                let diagnostic =
                    diagnostics::unknown_setting(path, name, near, known, self.of_profiles, place);
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// The setting of that key.
    pub(super) fn field<T: Setting>(
        &mut self,
        table: &DeTable<'_>,
        path: &str,
        key: &str,
    ) -> Option<Located<T>> {
        let node = table.get(key)?;
        let value = T::read(node, &join(path, key), self)?;
        Some(Located {
            value,
            span: self.span(&node.span()),
        })
    }
}

impl Setting for bool {
    fn expected() -> String {
        "`true` or `false`".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let value = node.get_ref().as_bool();
        if value.is_none() {
            reader.mismatch::<Self>(node, path);
        }
        value
    }

    fn data(&self) -> Value {
        Value::from(*self)
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "boolean" })
    }
}

impl Setting for i64 {
    fn expected() -> String {
        "a whole number".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let Some(integer) = node.get_ref().as_integer() else {
            reader.mismatch::<Self>(node, path);
            return None;
        };
        let value = Self::from_str_radix(integer.as_str(), integer.radix()).ok();
        if value.is_none() {
            reader.invalid::<Self>(node, path, "it does not fit 64 bits");
        }
        value
    }

    fn data(&self) -> Value {
        Value::from(*self)
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer" })
    }
}

impl<T: Setting> Setting for Vec<Located<T>> {
    fn expected() -> String {
        "a list".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let Some(items) = node.get_ref().as_array() else {
            reader.mismatch::<Self>(node, path);
            return None;
        };
        let read = |(index, item): (usize, &Node<'_>)| {
            let value = T::read(item, &format!("{path}[{index}]"), reader)?;
            Some(Located {
                value,
                span: reader.span(&item.span()),
            })
        };
        Some(items.iter().enumerate().filter_map(read).collect())
    }

    fn data(&self) -> Value {
        self.iter().map(|item| item.value.data()).collect()
    }

    #[cfg(test)]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "array", "items": T::schema(generator) })
    }
}

/// What the keys of a table of the user's own names must be.
pub(crate) trait Key: Clone {
    /// What they are, for messages: `labels`.
    const WHAT: &'static str;

    /// Parses a key.
    ///
    /// # Errors
    /// Says what is wrong with the key.
    fn check(key: &str) -> Result<(), String>;

    /// The possible keys, unless users choose them.
    #[cfg(test)]
    const ALL: &'static [&'static str] = &[];
}

/// A table whose keys are the user's own.
#[derive(Debug, Clone)]
pub(crate) struct Names<K, T> {
    pub(crate) entries: IndexMap<String, Located<T>>,
    key: std::marker::PhantomData<K>,
}

impl<K, T> Default for Names<K, T> {
    fn default() -> Self {
        Self {
            entries: IndexMap::new(),
            key: std::marker::PhantomData,
        }
    }
}

impl<K, T> Names<K, T> {
    /// The entries, in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Located<T>)> {
        self.entries
            .iter()
            .map(|(name, entry)| (name.as_str(), entry))
    }
}

impl<K: Key, T: Setting> Setting for Names<K, T> {
    fn expected() -> String {
        format!("a table of {}", K::WHAT)
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let table = reader.table::<Self>(node, path)?;
        let mut names = Self::default();
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            if let Err(problem) = K::check(name) {
                reader.diagnostics.push(diagnostics::invalid_key(
                    path,
                    name,
                    &problem,
                    reader.span(&key.span()),
                ));
            }
            if let Some(read) = T::read(value, &join(path, name), reader) {
                let located = Located {
                    value: read,
                    span: reader.span(&value.span()),
                };
                names.entries.insert(name.to_owned(), located);
            }
        }
        Some(names)
    }

    fn data(&self) -> Value {
        let entries = self.iter();
        Value::Object(
            entries
                .map(|(name, entry)| (name.to_owned(), entry.value.data()))
                .collect(),
        )
    }

    fn rows(&self, path: &str, _: Span, rows: &mut Vec<Row>) {
        for (name, entry) in self.iter() {
            entry.value.rows(&join(path, name), entry.span, rows);
        }
    }

    fn inherit(&mut self, base: &Self) {
        let own = std::mem::replace(&mut self.entries, base.entries.clone());
        self.entries.extend(own);
    }

    #[cfg(test)]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = schemars::json_schema!({
            "type": "object",
            "additionalProperties": T::schema(generator),
        });
        if !K::ALL.is_empty() {
            let names = schemars::json_schema!({ "enum": K::ALL });
            schema.insert("propertyNames".to_owned(), names.to_value());
        }
        schema
    }
}

/// Checks that concern a table as a whole.
pub(super) trait Whole {
    /// Reports settings that do not go together.
    fn check(&self, node: &Node<'_>, path: &str, reader: &mut Reader) {
        let _ = (node, path, reader);
    }
}

/// Tables whose keys are known: a struct of optional settings, and how it is read.
macro_rules! tables {
    ($(
        $(#[doc = $about:literal])*
        $name:ident {
            $($(#[doc = $doc:literal])* $field:ident: $ty:ty,)*
        }
    )*) => {$(
        $(#[doc = $about])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name {
            $($(#[doc = $doc])* pub(crate) $field: Option<Located<$ty>>,)*
        }

        impl $name {
            /// What can be set.
            pub(crate) const KEYS: &'static [&'static str] = &[$(stringify!($field)),*];
        }

        impl Setting for $name {
            fn expected() -> String {
                "a table".to_owned()
            }

            fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
                let table = reader.table::<Self>(node, path)?;
                reader.keys(table, path, Self::KEYS);
                let read = Self {
                    $($field: reader.field::<$ty>(table, path, stringify!($field)),)*
                };
                read.check(node, path, reader);
                Some(read)
            }

            fn data(&self) -> Value {
                let mut fields = serde_json::Map::new();
                $(if let Some(field) = &self.$field {
                    fields.insert(stringify!($field).to_owned(), field.value.data());
                })*
                Value::Object(fields)
            }

            fn rows(&self, path: &str, _: Span, rows: &mut Vec<Row>) {
                $(if let Some(field) = &self.$field {
                    field.value.rows(&join(path, stringify!($field)), field.span, rows);
                })*
            }

            fn inherit(&mut self, base: &Self) {
                $(match (&mut self.$field, &base.$field) {
                    (Some(own), Some(base)) => own.value.inherit(&base.value),
                    (own @ None, base) => own.clone_from(base),
                    (Some(_), None) => {}
                })*
            }

            #[cfg(test)]
            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut properties = serde_json::Map::new();
                $({
                    let mut schema = <$ty as Setting>::schema(generator);
                    let text = concat!($($doc),*).trim();
                    schema.insert("description".to_owned(), Value::from(text));
                    properties.insert(stringify!($field).to_owned(), schema.to_value());
                })*
                schemars::json_schema!({
                    "type": "object",
                    "properties": properties,
                    "additionalProperties": false,
                })
            }
        }
    )*};
}

pub(super) use tables;
