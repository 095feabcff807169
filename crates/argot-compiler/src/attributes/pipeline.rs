//! Getters of pipelines' attributes that are more than one row.

use super::{PipelineAttributes, Schedule};
use crate::{Expr, Value};

impl PipelineAttributes {
    /// The schedule, if the pipeline has one.
    pub fn scheduled(&self) -> Option<&Schedule> {
        Some(self.schedule()).filter(|schedule| !schedule.is_empty())
    }

    /// Whether steps that do not depend on a failed step still run.
    pub fn continues_on_error(&self) -> Option<bool> {
        let answer = self.on_error()?.as_str()?;
        Some(answer == "continue")
    }
}

impl Schedule {
    /// The cron expressions.
    pub fn crons(&self) -> Vec<&str> {
        match self.cron().and_then(Expr::value) {
            Some(Value::String(text)) => vec![text],
            Some(Value::List(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::String(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}
