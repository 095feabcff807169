//! The functions of the language, in one table.

mod types;
mod values;

use serde::Serialize;

use crate::{Type, Value, evaluate::Outcome};

/// A function by its name, with its signature and meaning, for people.
#[derive(Debug, Clone, Copy)]
pub struct FunctionInfo {
    /// Which function it is.
    pub function: Function,
    /// The name in a program.
    pub name: &'static str,
    /// What it accepts and returns.
    pub signature: &'static str,
    /// What it does.
    pub summary: &'static str,
}

/// Each row: the variant, the name in a program, its signature, what it does, the rule of its types and its value.
macro_rules! functions {
    ($($variant:ident $name:literal $signature:literal $summary:literal $types:path, $value:path;)*) => {
        /// A function of the language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Function {
            $(#[doc = concat!("`", $signature, "`: ", $summary, ".")] $variant,)*
        }

        /// Every function of the language.
        pub const FUNCTIONS: &[FunctionInfo] = &[$(Function::$variant.info()),*];

        impl Function {
            /// The table's words about it.
            pub const fn info(self) -> FunctionInfo {
                match self {
                    $(Self::$variant => FunctionInfo {
                        function: self,
                        name: $name,
                        signature: $signature,
                        summary: $summary,
                    },)*
                }
            }

            /// The type of its value for arguments of these types; `None` if it does not accept them.
            pub(crate) fn result_type(self, arguments: &[&Type]) -> Option<Type> {
                match self {
                    $(Self::$variant => $types(arguments),)*
                }
            }

            /// Its value. The types have been checked.
            ///
            /// # Errors
            /// Returns the reason if there is no value.
            pub fn value(self, arguments: &[Value]) -> Outcome {
                match self {
                    $(Self::$variant => $value(arguments),)*
                }
            }
        }
    };
}

functions! {
    Len "len" "len(list or map or string) -> int"
        "how many elements or characters"
        types::measured, values::length;
    Min "min" "min(a, b, ...) or min(list) -> number"
        "the least number"
        types::extreme, values::least;
    Max "max" "max(a, b, ...) or max(list) -> number"
        "the greatest number"
        types::extreme, values::greatest;
    Sum "sum" "sum(list) -> number"
        "the sum of a list of numbers"
        types::sum, values::sum;
    Join "join" "join(list, separator) -> string"
        "the elements' texts with a separator between them"
        types::join, values::join;
    Split "split" "split(string, separator) -> list[string]"
        "the pieces between separators"
        types::split, values::split;
    Replace "replace" "replace(string, old, new) -> string"
        "every occurrence replaced"
        types::text_of_three_texts, values::replace;
    Lower "lower" "lower(string) -> string"
        "in lower case"
        types::text_of_text, values::lower;
    Upper "upper" "upper(string) -> string"
        "in upper case"
        types::text_of_text, values::upper;
    Trim "trim" "trim(string) -> string"
        "without white space at both ends"
        types::text_of_text, values::trim;
    Contains "contains" "contains(string or list, part) -> bool"
        "whether the part is in it"
        types::contains, values::contains;
    StartsWith "starts_with" "starts_with(string, prefix) -> bool"
        "whether it starts so"
        types::bool_of_two_texts, values::starts_with;
    EndsWith "ends_with" "ends_with(string, suffix) -> bool"
        "whether it ends so"
        types::bool_of_two_texts, values::ends_with;
    Matches "matches" "matches(string, pattern) -> bool"
        "whether a regular expression is found in it"
        types::bool_of_two_texts, values::matches;
    AsInt "as_int" "as_int(x) -> int"
        "a text, float or json as a whole number"
        types::int_of_number, values::as_int;
    AsFloat "as_float" "as_float(x) -> float"
        "a text, int or json as a floating-point number"
        types::float_of_number, values::as_float;
    AsString "as_string" "as_string(x) -> string"
        "the canonical text"
        types::text_of_any, values::as_string;
    AsList "as_list" "as_list(json) -> list[json]"
        "a json value as a list"
        types::as_list, values::as_list;
    Json "json" "json(x) -> string"
        "the value as compact JSON"
        types::text_of_any, values::json;
    Sort "sort" "sort(list) -> list"
        "in rising order"
        types::sort, values::sort;
    Unique "unique" "unique(list) -> list"
        "without repetitions, in order of first occurrence"
        types::unique, values::unique;
    Range "range" "range(n) or range(first, end) -> list[int]"
        "the whole numbers up to but without the end"
        types::range, values::range;
}

impl Function {
    /// The function of that name.
    pub fn find(name: &str) -> Option<Self> {
        FUNCTIONS
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.function)
    }
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, Function};

    #[test]
    fn every_function_is_found_by_its_name() {
        for entry in FUNCTIONS {
            assert_eq!(Function::find(entry.name), Some(entry.function));
            assert!(entry.signature.starts_with(&format!("{}(", entry.name)));
        }
    }
}
