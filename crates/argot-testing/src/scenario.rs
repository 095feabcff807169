//! Generates the behaviour of steps from bytes. If all bytes are 0, every step succeeds with small outputs.

use argot_compiler::{Duration, Quantity, Type, Value};
use argot_simulate::{Datum, End, StepCall, StepEnd};
use indexmap::IndexMap;

/// The behaviour of the steps of a run.
#[derive(Debug, Clone)]
pub struct Scenario {
    bytes: Vec<u8>,
}

const TEXTS: &[&str] = &[
    "a",
    "",
    "b",
    "null",
    "true",
    "1.0",
    "it's \"q\"",
    "a\nb",
    "ü <&>",
    "\\n \\",
    "[1]",
    "{x}",
    "$HOME $(X) $$",
    " a ",
    "\u{2028}",
    "😀",
    "a,b",
    "{\"a\": 1}",
    "-1",
    "%s",
    "\"",
    "x: y # z",
];
const INTS: &[i64] = &[0, 1, 2, 3, -1, 4, 7, 12, -8, 65_536];
const FLOATS: &[f64] = &[
    0.5,
    0.0,
    1.0,
    0.1,
    -0.25,
    1e21,
    1e-7,
    3.0,
    100.25,
    123_456_789.0,
];

/// The draws of one place.
struct Draws<'a> {
    bytes: &'a [u8],
    seed: u64,
}

impl Draws<'_> {
    fn below(&mut self, end: usize) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let places = self.bytes.len().max(1);
        let at = usize::try_from(self.seed >> 33).unwrap_or(0) % places;
        usize::from(self.bytes.get(at).copied().unwrap_or(0)) % end.max(1)
    }

    fn one<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let at = self.below(of.len());
        of.get(at).copied().unwrap_or_default()
    }

    fn value(&mut self, ty: &Type) -> Value {
        match ty {
            Type::String => Value::String(self.one(TEXTS).to_owned()),
            Type::Int => Value::Int(self.one(INTS)),
            Type::Float => Value::Float(self.one(FLOATS)),
            Type::Bool => Value::Bool(self.below(2) == 1),
            Type::Quantity => Quantity::parse("500m").map_or(Value::Null, Value::Quantity),
            Type::Duration => Duration::parse("1h30m").map_or(Value::Null, Value::Duration),
            Type::Enum(members) => {
                let at = self.below(members.len());
                Value::String(members.get(at).cloned().unwrap_or_default())
            }
            Type::List(item) => {
                let count = self.below(4);
                Value::List((0..count).map(|_| self.value(item)).collect())
            }
            Type::Map(item) => {
                let count = self.below(3);
                let names = ["k", "a b", "x"];
                let entries = names.into_iter().take(count);
                Value::Record(
                    entries
                        .map(|name| (name.to_owned(), self.value(item)))
                        .collect(),
                )
            }
            Type::Record(fields) => Value::Record(
                fields
                    .iter()
                    .map(|field| (field.name.clone(), self.value(&field.ty)))
                    .collect(),
            ),
            Type::Optional(inner) => match self.below(2) {
                0 => Value::Null,
                _ => self.value(inner),
            },
            Type::Json => match self.below(6) {
                0 => self.value(&Type::String),
                1 => self.value(&Type::Int),
                2 => Value::Null,
                3 => self.value(&Type::Bool),
                4 => self.value(&Type::List(std::sync::Arc::new(Type::Float))),
                _ => self.value(&Type::Map(std::sync::Arc::new(Type::Json))),
            },
            _ => Value::Null,
        }
    }
}

impl Scenario {
    /// One that is made of bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    fn at(&self, place: &str) -> Draws<'_> {
        let mut seed = 0xcbf2_9ce4_8422_2325;
        for byte in place.bytes() {
            seed = (seed ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        Draws {
            bytes: &self.bytes,
            seed,
        }
    }

    /// The value of a parameter passed at the start, if there is one.
    pub fn parameter(&self, name: &str, ty: &Type, needed: bool) -> Option<Value> {
        let mut draws = self.at(name);
        (needed || draws.below(3) == 1).then(|| draws.value(ty))
    }

    /// How an attempt ends.
    pub fn end(&self, call: &StepCall<'_>) -> StepEnd {
        let mut draws = self.at(&format!("{}#{}", call.path, call.attempt));
        match draws.below(16) {
            13 => StepEnd::error("the node is gone"),
            14 => StepEnd::failed(3),
            15 => StepEnd::failed(1),
            _ => StepEnd {
                end: End::Succeeded,
                outputs: call
                    .step
                    .outputs
                    .iter()
                    .map(|output| {
                        let made = if output.ty.is_artifact() {
                            Datum::artifact(format!("{}.{}", call.path, output.name))
                        } else if output.ty.is_artifact_list() {
                            let names = ["a", "b.csv", "c-2"].into_iter().take(draws.below(4));
                            let names = names.map(|name| Value::String(name.to_owned()));
                            Datum::Value(Value::List(names.collect()))
                        } else {
                            Datum::Value(draws.value(&output.ty))
                        };
                        (output.name.clone(), made)
                    })
                    .collect::<IndexMap<_, _>>(),
                message: String::new(),
                exit_code: Some(0),
            },
        }
    }
}
