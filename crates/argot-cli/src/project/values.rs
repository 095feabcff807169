//! The values that settings take.

use argot_compiler::{Data as Datum, DataField, DataKind, Fields, Number, Quantity, rules};
use argot_syntax::{Code, Level, Levels, Span};
use argot_targets::accelerators::{self, Mig, TimeSlicing};
use argot_targets::target::Target;
use argot_targets::targets::{self, DEFAULT, TARGETS};
use argot_targets::{argo, kubernetes};
use serde_json::Value;
use toml::de::DeValue;

use super::read::{Key, Located, Node, Reader, Row, Setting, join};

/// A text of a certain form.
pub(crate) trait Text: Clone {
    /// What it is, for messages: `the name of a namespace`.
    fn expected() -> String;

    /// Reads it.
    ///
    /// # Errors
    /// Says what is wrong with it; empty if the expectation says enough.
    fn parse(text: &str) -> Result<Self, String>;

    /// As written in the source.
    fn text(&self) -> &str;

    /// The texts that there are, if they can be counted.
    fn all() -> Vec<&'static str> {
        Vec::new()
    }
}

impl<T: Text> Setting for T {
    fn expected() -> String {
        <Self as Text>::expected()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let Some(text) = node.get_ref().as_str() else {
            reader.mismatch::<Self>(node, path);
            return None;
        };
        match Self::parse(text) {
            Ok(value) => Some(value),
            Err(problem) => {
                let all = Self::all();
                if all.is_empty() {
                    reader.invalid::<Self>(node, path, &problem);
                } else {
                    reader.no_member(node, path, text, &all);
                }
                None
            }
        }
    }

    fn data(&self) -> Value {
        Value::from(self.text())
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let all = Self::all();
        if all.is_empty() {
            schemars::json_schema!({ "type": "string" })
        } else {
            schemars::json_schema!({ "enum": all })
        }
    }
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident $expected:literal $check:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name(pub(crate) String);

        impl Text for $name {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn parse(text: &str) -> Result<Self, String> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(text).map(|()| Self(text.to_owned()))
            }

            fn text(&self) -> &str {
                &self.0
            }
        }
    )*};
}

/// Whether a rule holds, which `problem` words otherwise.
fn holds(rule: bool, problem: &str) -> Result<(), String> {
    if rule {
        Ok(())
    } else {
        Err(problem.to_owned())
    }
}

const DNS_LABEL: &str =
    "use at most 63 lowercase letters, digits or `-`, starting and ending with a letter or digit";
const DNS_NAME: &str = "it may hold small letters, digits, `-` and `.`, and each part begins and ends with a letter or \
     digit";
const LABEL_VALUE: &str =
    "it may hold 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit";
const LABEL_KEY: &str =
    "it is a name such as `team`, with a domain before it or not, as in `acme.com/team`";

texts! {
    /// Any text.
    Free "a text" |_| Ok(());
    /// A text that is not empty.
    Filled "a text" |text| holds(!text.trim().is_empty(), "it is empty");
    /// A namespace.
    Namespace "the name of a namespace" |text| holds(rules::dns_label(text), DNS_LABEL);
    /// An object of the cluster.
    ObjectName "the name of an object in the cluster" |text| holds(rules::dns_subdomain(text), DNS_NAME);
    /// A queue of Kueue, which becomes the value of a label.
    Queue "the name of a queue" |text| holds(rules::dns_label(text), DNS_LABEL);
    /// The value of a label.
    LabelValue "the value of a label" |text| holds(rules::label_value(text), LABEL_VALUE);
    /// The key of a taint.
    TaintKey "the key of a taint" |text| holds(rules::label_key(text), LABEL_KEY);
    /// An extended resource.
    Resource "the name of a resource" |text| holds(
        text.contains('/') && rules::label_key(text),
        "devices have a name with a domain, such as `nvidia.com/gpu`"
    );
    /// An image.
    Image "an image" |text| rules::image(text).map(|_| ()).map_err(|mismatch| mismatch.reason);
    /// The replacement for the prefix of an image.
    ImagePrefix "the beginning of images" image_prefix;
}

fn image_prefix(text: &str) -> Result<(), String> {
    if text.ends_with('/') {
        return Err("it ends before the `/`, not after it".to_owned());
    }
    rules::image(text)
        .map(|_| ())
        .map_err(|mismatch| mismatch.reason)
}

macro_rules! choices {
    ($($name:ty, $expected:literal, $all:expr, $text:expr;)*) => {$(
        impl Text for $name {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn parse(text: &str) -> Result<Self, String> {
                let all: &[Self] = $all;
                let found = all.iter().find(|value| value.text() == text);
                found.cloned().ok_or_else(String::new)
            }

            fn text(&self) -> &str {
                let text: fn(&Self) -> &'static str = $text;
                text(self)
            }

            fn all() -> Vec<&'static str> {
                let all: &[Self] = $all;
                let text: fn(&Self) -> &'static str = $text;
                all.iter().map(text).collect()
            }
        }
    )*};
}

/// The system that runs pipelines, by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TargetName(pub(crate) &'static dyn Target);

impl TargetName {
    /// The names of all targets.
    pub(crate) fn all() -> Vec<&'static str> {
        TARGETS.iter().map(|target| target.name()).collect()
    }
}

impl Default for TargetName {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl Text for TargetName {
    fn expected() -> String {
        "a target".to_owned()
    }

    fn parse(text: &str) -> Result<Self, String> {
        targets::named(text).map(Self).ok_or_else(String::new)
    }

    fn text(&self) -> &str {
        self.0.name()
    }

    fn all() -> Vec<&'static str> {
        Self::all()
    }
}

impl std::str::FromStr for TargetName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        <Self as Text>::parse(text)
    }
}

/// Access modes, for the workspace of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWriteOnce,
    ReadWriteMany,
}

/// `Exists` or `Equal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Exists,
    Equal,
}

/// What a taint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

/// The name of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlatformName(pub(crate) &'static str);

impl Text for PlatformName {
    fn expected() -> String {
        "the name of a platform".to_owned()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut all = accelerators::Platform::NAMES.iter();
        all.find(|name| **name == text)
            .map(|name| Self(name))
            .ok_or_else(String::new)
    }

    fn text(&self) -> &str {
        self.0
    }

    fn all() -> Vec<&'static str> {
        accelerators::Platform::NAMES.to_vec()
    }
}

choices! {
    Level, "a level", Self::ALL, |level| level.name();
    kubernetes::Version, "a version of Kubernetes", Self::ALL, |version| version.name();
    kubernetes::Layout, "a layout", Self::ALL, |layout| layout.name();
    Mig, "a strategy for MIG", &[Self::Mixed, Self::Single], |mig| match mig {
        Mig::Mixed => "mixed",
        Mig::Single => "single",
    };
    TimeSlicing, "a way to offer shared GPUs", &[Self::Plain, Self::Renamed], |slicing| match slicing {
        TimeSlicing::Plain => "plain",
        TimeSlicing::Renamed => "renamed",
    };
    Access, "an access mode", &[Self::ReadWriteOnce, Self::ReadWriteMany], |access| match access {
        Access::ReadWriteOnce => "ReadWriteOnce",
        Access::ReadWriteMany => "ReadWriteMany",
    };
    Operator, "an operator", &[Self::Exists, Self::Equal], |operator| match operator {
        Operator::Exists => "Exists",
        Operator::Equal => "Equal",
    };
    Effect, "an effect", &[Self::NoSchedule, Self::PreferNoSchedule, Self::NoExecute], |effect| match effect {
        Effect::NoSchedule => "NoSchedule",
        Effect::PreferNoSchedule => "PreferNoSchedule",
        Effect::NoExecute => "NoExecute",
    };
}

/// Warnings by name, with their levels: a key for each of [`Code::lints`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Lints(Vec<(Code, Located<Level>)>);

impl Lints {
    /// The levels.
    pub(crate) fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        for (code, level) in &self.0 {
            levels.set(*code, level.value);
        }
        levels
    }
}

impl Setting for Lints {
    fn expected() -> String {
        "a table of warnings".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let table = reader.table::<Self>(node, path)?;
        let known: Vec<&str> = Code::lints().map(Code::id).collect();
        reader.keys(table, path, &known);
        let levels = Code::lints().filter_map(|code| {
            let level = reader.field(table, path, code.id())?;
            Some((code, level))
        });
        Some(Self(levels.collect()))
    }

    fn data(&self) -> Value {
        let entries = self.0.iter();
        Value::Object(
            entries
                .map(|(code, level)| (code.id().to_owned(), level.value.data()))
                .collect(),
        )
    }

    fn rows(&self, path: &str, _: Span, rows: &mut Vec<Row>) {
        for (code, level) in &self.0 {
            level.value.rows(&join(path, code.id()), level.span, rows);
        }
    }

    #[cfg(test)]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let properties: serde_json::Map<_, _> = Code::lints()
            .map(|code| {
                let mut schema = <Level as Setting>::schema(generator);
                schema.insert("description".to_owned(), Value::from(code.summary()));
                (code.id().to_owned(), schema.to_value())
            })
            .collect();
        schemars::json_schema!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

impl Setting for argo::Version {
    fn expected() -> String {
        "a version of Argo Workflows".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let Some(text) = node.get_ref().as_str() else {
            reader.mismatch::<Self>(node, path);
            return None;
        };
        text.parse()
            .map_err(|problem: String| reader.invalid::<Self>(node, path, &problem))
            .ok()
    }

    fn data(&self) -> Value {
        Value::from(self.to_string())
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": Self::PATTERN,
            "examples": Self::MINORS
        })
    }
}

/// A quantity that is more than nothing: `2`, `"500m"`, `"16Gi"`.
#[derive(Debug, Clone)]
pub(crate) struct Size(pub(crate) Quantity);

/// A request with its limit: one quantity for both, or `"1..2"`.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) request: Quantity,
    pub(crate) limit: Quantity,
}

/// The text of a quantity, which may be written as a number.
fn quantity_text<T: Setting>(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<String> {
    match node.get_ref() {
        DeValue::String(text) => Some(text.as_ref().to_owned()),
        DeValue::Integer(integer) if integer.radix() == 10 => Some(integer.as_str().to_owned()),
        DeValue::Float(float) => Some(float.as_str().to_owned()),
        _ => {
            reader.mismatch::<T>(node, path);
            None
        }
    }
}

fn quantity(text: &str) -> Result<Quantity, String> {
    match Quantity::parse(text) {
        Some(quantity) if quantity.nanos() > 0 => Ok(quantity),
        Some(_) => Err(format!("`{text}` is not more than nothing")),
        None => Err(format!("`{text}` is not a quantity")),
    }
}

impl Setting for Size {
    fn expected() -> String {
        "a quantity such as `\"16Gi\"`".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let text = quantity_text::<Self>(node, path, reader)?;
        match quantity(&text) {
            Ok(quantity) => Some(Self(quantity)),
            Err(problem) => {
                reader.invalid::<Self>(node, path, &problem);
                None
            }
        }
    }

    fn data(&self) -> Value {
        Value::from(self.0.text())
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}

impl Setting for Amount {
    fn expected() -> String {
        "a quantity such as `\"16Gi\"`, or a request with its limit such as `\"500m..2\"`"
            .to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let text = quantity_text::<Self>(node, path, reader)?;
        let (request, limit) = text.split_once("..").unwrap_or((&text, &text));
        let amount = quantity(request.trim()).and_then(|request| {
            let limit = quantity(limit.trim())?;
            if request > limit {
                let (request, limit) = (request.text(), limit.text());
                return Err(format!(
                    "the request `{request}` is more than the limit `{limit}`"
                ));
            }
            Ok(Self { request, limit })
        });
        match amount {
            Ok(amount) => Some(amount),
            Err(problem) => {
                reader.invalid::<Self>(node, path, &problem);
                None
            }
        }
    }

    fn data(&self) -> Value {
        let (request, limit) = (self.request.text(), self.limit.text());
        Value::from(if request == limit {
            request.to_owned()
        } else {
            format!("{request}..{limit}")
        })
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}

/// The value of a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Data(pub(crate) Datum);

impl Setting for Data {
    fn expected() -> String {
        "a value of a parameter".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let span = reader.span(&node.span());
        let kind = match node.get_ref() {
            DeValue::String(text) => DataKind::String(text.to_string()),
            DeValue::Boolean(value) => DataKind::Bool(*value),
            DeValue::Integer(_) => DataKind::Number(i64::read(node, path, reader)?.into()),
            DeValue::Float(float) => {
                let number = Number::decimal(float.as_str());
                let exact = number.and_then(|number| number.float().map(|_| number));
                match exact {
                    Ok(number) => DataKind::Number(number),
                    Err(problem) => {
                        reader.invalid::<Self>(node, path, &problem);
                        return None;
                    }
                }
            }
            DeValue::Datetime(_) => {
                reader.invalid::<Self>(node, path, "a date or time is written as a text");
                return None;
            }
            DeValue::Array(items) => {
                let read = |item| Some(Self::read(item, path, reader)?.0);
                DataKind::List(items.iter().map(read).collect::<Option<_>>()?)
            }
            DeValue::Table(table) => {
                let mut fields = Fields::new();
                for (key, value) in table.iter() {
                    let name = reader.span(&key.span());
                    let value = Self::read(value, path, reader)?.0;
                    fields.insert(key.get_ref().to_string(), DataField { name, value });
                }
                DataKind::Record(fields)
            }
        };
        Some(Self(Datum { kind, span }))
    }

    fn data(&self) -> Value {
        shown(&self.0.kind)
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean", "array", "object"] })
    }
}

/// The value as it is shown.
fn shown(kind: &DataKind) -> Value {
    match kind {
        DataKind::Null => Value::Null,
        DataKind::Bool(value) => Value::from(*value),
        DataKind::Number(number) => match number.whole() {
            Some(whole) => Value::from(whole),
            None => number.float().map_or(Value::Null, Value::from),
        },
        DataKind::String(text) => Value::from(text.as_str()),
        DataKind::List(items) => items.iter().map(|item| shown(&item.kind)).collect(),
        DataKind::Record(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), shown(&field.value.kind)))
            .collect(),
    }
}

macro_rules! keys {
    ($($(#[doc = $doc:literal])* $name:ident $what:literal $check:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name;

        impl Key for $name {
            const WHAT: &'static str = $what;

            fn check(key: &str) -> Result<(), String> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(key)
            }
        }
    )*};
}

keys! {
    /// A profile.
    ProfileName "profiles" |key| holds(
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)),
        "it may hold letters, digits, `.`, `_` and `-`"
    );
    /// A prefix of images.
    OldPrefix "prefixes of images" image_prefix;
    /// The key of a label or annotation.
    LabelKey "labels" |key| holds(rules::label_key(key), LABEL_KEY);
    /// The name of a parameter.
    Parameter "parameters" |key| holds(
        key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
        "a parameter's name is made of letters, digits and `_`"
    );
    /// A name of the profile's own.
    OwnName "names" |key| holds(!key.trim().is_empty(), "it is empty");
}

/// An access mode of a claim.
#[derive(Debug, Clone)]
pub(crate) struct AccessMode;

impl AccessMode {
    const NAMES: &'static [&'static str] = &[
        "ReadWriteOnce",
        "ReadWriteMany",
        "ReadOnlyMany",
        "ReadWriteOncePod",
    ];
}

impl Key for AccessMode {
    const WHAT: &'static str = "access modes";
    #[cfg(test)]
    const ALL: &'static [&'static str] = Self::NAMES;

    fn check(key: &str) -> Result<(), String> {
        if Self::NAMES.contains(&key) {
            return Ok(());
        }
        let names: Vec<String> = Self::NAMES.iter().map(|name| format!("`{name}`")).collect();
        Err(format!("the access modes are {}", names.join(", ")))
    }
}
