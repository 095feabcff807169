//! Values read from outside: from the texts and data in which they are given, or travel between steps.

use argot_syntax::{Span, one_of};
use indexmap::IndexMap;

use crate::data::{Data, DataKind, Fields, Flaw, Number, from_json};
use crate::{Duration, Field, Misfit, Quantity, Type, Value};

impl Value {
    /// A text as a value of a type. `span` is the place of the text. Lists, maps, records and json are read as JSON.
    ///
    /// # Errors
    /// Says all that is wrong, and where.
    pub fn from_text(text: &str, span: Span, ty: &Type) -> Result<Self, Vec<Flaw>> {
        let found = match ty.required() {
            Type::String => return Ok(Self::String(text.to_owned())),
            Type::Enum(_) => fit(Value::String(text.to_owned()), ty.required()),
            Type::Int => (text.trim().parse().map(Self::Int))
                .map_err(|_| format!("`{}` is not a whole number", shortened(text))),
            Type::Float => Number::decimal(text.trim())
                .map_err(|_| format!("`{}` is not a number", shortened(text)))
                .and_then(|number| number.float().map(Self::Float)),
            Type::Bool => match text.trim() {
                "true" => Ok(Self::Bool(true)),
                "false" => Ok(Self::Bool(false)),
                _ => Err(format!("`{}` is not `true` or `false`", shortened(text))),
            },
            Type::Quantity => quantity(text),
            Type::Duration => duration(text),
            _ => {
                return from_json(text, span)
                    .map_err(|flaws| not_json(text, flaws))
                    .and_then(|data| Self::from_data(&data, ty));
            }
        };
        found.map_err(|problem| vec![Flaw::new(span, problem)])
    }

    /// Data as a value of a type.
    ///
    /// # Errors
    /// Says all that is wrong, and where.
    pub fn from_data(data: &Data, ty: &Type) -> Result<Self, Vec<Flaw>> {
        // Artifacts travel between steps as data of their own.
        let ty = match ty.is_artifact() || ty.is_artifact_list() {
            true => &Type::Json,
            false => ty,
        };
        let mut flaws = Vec::new();
        let value = read(data, ty, &mut flaws);
        if !flaws.is_empty() {
            return Err(flaws);
        }
        value.fit(ty).map_err(|misfit| {
            let problem = misfit_of(&value, ty, misfit);
            vec![Flaw::new(data.span, problem)]
        })
    }
}

/// A text as messages show it.
pub(crate) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn not_json(text: &str, flaws: Vec<Flaw>) -> Vec<Flaw> {
    let flaws = flaws.into_iter().map(|flaw| {
        let problem = format!("`{}` is not JSON: {}", shortened(text), flaw.problem);
        Flaw::new(flaw.span, problem)
    });
    flaws.collect()
}

fn quantity(text: &str) -> Result<Value, String> {
    let problem = || format!("`{}` is not a quantity, such as `16Gi`", shortened(text));
    Quantity::parse(text)
        .map(Value::Quantity)
        .ok_or_else(problem)
}

fn duration(text: &str) -> Result<Value, String> {
    let problem = || format!("`{}` is not a duration, such as `1h30m`", shortened(text));
    Duration::parse(text)
        .map(Value::Duration)
        .ok_or_else(problem)
}

/// The value of data. A part that does not fit its type adds a flaw.
fn read(data: &Data, ty: &Type, flaws: &mut Vec<Flaw>) -> Value {
    let found = match (&data.kind, ty) {
        (DataKind::Null, Type::Optional(_)) => return Value::Null,
        (_, Type::Optional(inner)) => return read(data, inner, flaws),
        (DataKind::List(items), Type::List(element)) if !element.is_artifact() => {
            let items = items.iter().map(|item| read(item, element, flaws));
            return Value::List(items.collect());
        }
        (DataKind::List(items), Type::Json) => {
            let items = items.iter().map(|item| read(item, ty, flaws));
            return Value::List(items.collect());
        }
        (DataKind::Record(fields), Type::Map(_) | Type::Json) => {
            return Value::Record(values(fields, ty, flaws));
        }
        (DataKind::Record(fields), Type::Record(known)) => {
            check_names(data.span, fields, known, flaws);
            return Value::Record(values(fields, ty, flaws));
        }
        (DataKind::String(text), Type::Quantity) => quantity(text),
        (DataKind::String(text), Type::Duration) => duration(text),
        (DataKind::Number(number), _) => self::number(number, ty).and_then(|value| fit(value, ty)),
        (DataKind::Null, _) => fit(Value::Null, ty),
        (DataKind::Bool(value), _) => fit(Value::Bool(*value), ty),
        (DataKind::String(text), _) => fit(Value::String(text.clone()), ty),
        (DataKind::List(items), _) => {
            let items = items.iter().map(|item| read(item, &Type::Json, flaws));
            fit(Value::List(items.collect()), ty)
        }
        (DataKind::Record(fields), _) => fit(Value::Record(values(fields, &Type::Json, flaws)), ty),
    };
    found.unwrap_or_else(|problem| {
        flaws.push(Flaw::new(data.span, problem));
        Value::Null
    })
}

/// The values of fields, each in the type that it has in a map, record or json.
fn values(fields: &Fields, ty: &Type, flaws: &mut Vec<Flaw>) -> IndexMap<String, Value> {
    let fields = fields.iter().map(|(name, field)| {
        let inner = match ty {
            Type::Map(element) => element.as_ref(),
            Type::Record(fields) => fields
                .iter()
                .find(|field| field.name == *name)
                .map_or(&Type::Json, |field| &field.ty),
            _ => &Type::Json,
        };
        (name.clone(), read(&field.value, inner, flaws))
    });
    fields.collect()
}

/// Reports unknown and missing fields of a record.
fn check_names(span: Span, fields: &Fields, known: &[Field], flaws: &mut Vec<Flaw>) {
    for (name, field) in fields {
        if !known.iter().any(|known| known.name == *name) {
            flaws.push(Flaw::new(field.name, format!("there is no field `{name}`")));
        }
    }
    for Field { name, ty, default } in known {
        if !fields.contains_key(name) && default.is_none() && !ty.is_optional() {
            flaws.push(Flaw::new(span, format!("the field `{name}` is missing")));
        }
    }
}

fn fit(value: Value, ty: &Type) -> Result<Value, String> {
    match value.fit(ty) {
        Ok(_) => Ok(value),
        Err(misfit) => Err(misfit_of(&value, ty, misfit)),
    }
}

fn misfit_of(value: &Value, ty: &Type, misfit: Misfit) -> String {
    match misfit {
        Misfit::Type if *value == Value::Null => "it cannot be null".to_owned(),
        Misfit::Type => format!("`{}` is not {}", shortened(&value.json()), expected(ty)),
        Misfit::Member(text, members) => {
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            format!("`{}` is not {}", shortened(&text), one_of(&members))
        }
        Misfit::MissingField(name) => format!("the field `{name}` is missing"),
        Misfit::UnknownField(name, _) => format!("there is no field `{name}`"),
        Misfit::TooLarge(reason) => format!("it is too large: {reason}"),
    }
}

/// A value of a type, in words.
fn expected(ty: &Type) -> String {
    let words = match ty {
        Type::String => "a text",
        Type::Int => "a whole number",
        Type::Float => "a number",
        Type::Bool => "`true` or `false`",
        Type::Quantity => "a quantity",
        Type::Duration => "a duration",
        Type::Enum(members) => {
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            return one_of(&members);
        }
        Type::List(_) => "a list",
        Type::Map(_) => "a map",
        Type::Record(_) => "a record",
        _ => "of this type",
    };
    words.to_owned()
}

/// A number is exact, or an error.
fn number(number: &Number, ty: &Type) -> Result<Value, String> {
    match (number.whole(), ty) {
        (Some(_), Type::Float) => number.float().map(Value::Float),
        (Some(whole), _) => Ok(Value::Int(whole)),
        (None, Type::Int) if number.is_whole() => {
            Err(format!("`{}` does not fit 64 bits", number.text()))
        }
        (None, _) => number.float().map(Value::Float),
    }
}
