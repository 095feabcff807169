//! What the steps of a run do, as a `run` block says it: see the head of `main.rs`.

use std::fmt::Write as _;

use argot_compiler::{Plan, Type};
use argot_simulate::{Datum, StepCall, StepEnd, read};
use indexmap::IndexMap;

/// The behaviour of the steps of a run.
pub struct Script {
    /// The parameters passed to the run.
    pub parameters: IndexMap<String, Datum>,
    /// The lines, by path or by path and attempt, and whether each was used.
    said: IndexMap<String, (String, bool)>,
    problems: String,
}

impl Script {
    /// Reads a block.
    ///
    /// # Errors
    /// Returns a description of the mistake.
    pub fn new(plan: &Plan, text: &str) -> Result<Self, String> {
        let mut script = Self {
            parameters: IndexMap::new(),
            said: IndexMap::new(),
            problems: String::new(),
        };
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if let Some((name, value)) = line
                .strip_prefix("run.")
                .and_then(|rest| rest.split_once(" = "))
            {
                let parameter = plan
                    .parameters
                    .iter()
                    .find(|parameter| parameter.name == name)
                    .ok_or_else(|| format!("there is no parameter `{name}`"))?;
                let value = datum(value, &parameter.ty)?;
                script.parameters.insert(name.to_owned(), value);
            } else if let Some((path, what)) = line.split_once(": ") {
                let said = (what.trim().to_owned(), false);
                script.said.insert(path.trim().to_owned(), said);
            } else {
                return Err(format!("what is `{line}`?"));
            }
        }
        Ok(script)
    }

    /// How an attempt ends.
    pub fn step(&mut self, call: &StepCall<'_>) -> StepEnd {
        let attempt = format!("{}#{}", call.path, call.attempt);
        let key = if self.said.contains_key(&attempt) {
            attempt.as_str()
        } else {
            call.path
        };
        let what = match self.said.get_mut(key) {
            Some((what, used)) => {
                *used = true;
                what.clone()
            }
            None => String::new(),
        };
        match what.split_once(' ') {
            Some(("fail", code)) => StepEnd::failed(code.parse().unwrap_or(1)),
            Some(("error", message)) => StepEnd::error(message),
            _ => self.success(call, &what),
        }
    }

    fn success(&mut self, call: &StepCall<'_>, what: &str) -> StepEnd {
        let mut said: IndexMap<&str, &str> = what
            .split(';')
            .filter_map(|pair| pair.split_once(" = "))
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect();
        let mut outputs = Vec::new();
        for output in &call.step.outputs {
            let value = match said.shift_remove(output.name.as_str()) {
                Some("missing") => continue,
                Some(text) => datum(text, &output.ty),
                None => Ok(usual(&output.ty, call.path, &output.name)),
            };
            match value {
                Ok(value) => outputs.push((output.name.clone(), value)),
                Err(problem) => {
                    let _ = writeln!(self.problems, "{}: {problem}", call.path);
                }
            }
        }
        if let Some((name, _)) = said.first() {
            let _ = writeln!(self.problems, "{} gives no `{name}`", call.path);
        }
        StepEnd::succeeded(outputs)
    }

    /// The mistakes in the block that are known once the run is over.
    pub fn problems(mut self) -> String {
        for (path, (_, used)) in &self.said {
            if !used {
                let _ = writeln!(self.problems, "no step runs at `{path}`");
            }
        }
        self.problems
    }
}

fn datum(text: &str, ty: &Type) -> Result<Datum, String> {
    if ty.is_artifact_list() {
        read(text, &Type::List(std::sync::Arc::new(Type::String))).map(Datum::Value)
    } else if ty.is_artifact() && text != "null" {
        Ok(Datum::artifact(text))
    } else {
        read(text, ty).map(Datum::Value)
    }
}

fn usual(ty: &Type, path: &str, output: &str) -> Datum {
    let text = match ty {
        Type::Artifact(_) => return Datum::artifact(format!("{path}.{output}")),
        Type::Int => "1",
        Type::Float => "0.5",
        Type::Bool => "false",
        Type::List(_) => "[]",
        Type::Map(_) | Type::Record(_) => "{}",
        Type::Optional(_) | Type::Json => "null",
        _ => path,
    };
    datum(text, ty).unwrap_or(Datum::NULL)
}
