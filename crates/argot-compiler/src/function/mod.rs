//! The functions of the language, in one table.

use serde::Serialize;

/// A function of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the table below says what each does")]
pub enum Function {
    Len,
    Min,
    Max,
    Sum,
    Join,
    Split,
    Replace,
    Lower,
    Upper,
    Trim,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    AsInt,
    AsFloat,
    AsString,
    AsList,
    Json,
    Sort,
    Unique,
    Range,
}

/// A function by its name, with what it takes and gives, for people.
#[derive(Debug, Clone, Copy)]
pub struct FunctionInfo {
    /// Which.
    pub function: Function,
    /// The name in a program.
    pub name: &'static str,
    /// What it takes and gives.
    pub signature: &'static str,
    /// What it does.
    pub summary: &'static str,
}

const fn info(
    function: Function,
    name: &'static str,
    signature: &'static str,
    summary: &'static str,
) -> FunctionInfo {
    FunctionInfo {
        function,
        name,
        signature,
        summary,
    }
}

/// Every function of the language.
pub const FUNCTIONS: &[FunctionInfo] = &[
    info(
        Function::Len,
        "len",
        "len(list or map or string) -> int",
        "how many elements or characters",
    ),
    info(
        Function::Min,
        "min",
        "min(a, b, ...) or min(list) -> number",
        "the least number",
    ),
    info(
        Function::Max,
        "max",
        "max(a, b, ...) or max(list) -> number",
        "the greatest number",
    ),
    info(
        Function::Sum,
        "sum",
        "sum(list) -> number",
        "the sum of a list of numbers",
    ),
    info(
        Function::Join,
        "join",
        "join(list, separator) -> string",
        "the elements' texts with a separator between them",
    ),
    info(
        Function::Split,
        "split",
        "split(string, separator) -> list[string]",
        "the pieces between separators",
    ),
    info(
        Function::Replace,
        "replace",
        "replace(string, old, new) -> string",
        "every occurrence replaced",
    ),
    info(
        Function::Lower,
        "lower",
        "lower(string) -> string",
        "in lower case",
    ),
    info(
        Function::Upper,
        "upper",
        "upper(string) -> string",
        "in upper case",
    ),
    info(
        Function::Trim,
        "trim",
        "trim(string) -> string",
        "without white space at both ends",
    ),
    info(
        Function::Contains,
        "contains",
        "contains(string or list, part) -> bool",
        "whether the part is in it",
    ),
    info(
        Function::StartsWith,
        "starts_with",
        "starts_with(string, prefix) -> bool",
        "whether it starts so",
    ),
    info(
        Function::EndsWith,
        "ends_with",
        "ends_with(string, suffix) -> bool",
        "whether it ends so",
    ),
    info(
        Function::Matches,
        "matches",
        "matches(string, pattern) -> bool",
        "whether a regular expression is found in it",
    ),
    info(
        Function::AsInt,
        "as_int",
        "as_int(x) -> int",
        "a text, float or json as a whole number",
    ),
    info(
        Function::AsFloat,
        "as_float",
        "as_float(x) -> float",
        "a text, int or json as a floating-point number",
    ),
    info(
        Function::AsString,
        "as_string",
        "as_string(x) -> string",
        "the canonical text",
    ),
    info(
        Function::AsList,
        "as_list",
        "as_list(json) -> list[json]",
        "a json value as a list",
    ),
    info(
        Function::Json,
        "json",
        "json(x) -> string",
        "the value as compact JSON",
    ),
    info(
        Function::Sort,
        "sort",
        "sort(list) -> list",
        "in rising order",
    ),
    info(
        Function::Unique,
        "unique",
        "unique(list) -> list",
        "without repetitions, in order of first occurrence",
    ),
    info(
        Function::Range,
        "range",
        "range(n) or range(first, end) -> list[int]",
        "the whole numbers up to but without the end",
    ),
];

impl Function {
    /// The function of that name.
    pub fn find(name: &str) -> Option<Self> {
        FUNCTIONS
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.function)
    }

    /// What the table says of it.
    pub fn info(self) -> &'static FunctionInfo {
        const NONE: FunctionInfo = info(Function::Len, "", "", "");
        FUNCTIONS
            .iter()
            .find(|entry| entry.function == self)
            .unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, Function};

    #[test]
    fn every_function_is_found_by_its_name() {
        for entry in FUNCTIONS {
            assert_eq!(Function::find(entry.name), Some(entry.function));
            assert_eq!(entry.function.info().name, entry.name);
        }
    }
}
