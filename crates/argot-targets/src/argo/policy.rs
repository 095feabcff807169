//! Retries, timeouts, caches and synchronization of steps.

use argot_compiler::{Expr, Retry, Semaphore as Locks, Value};
use argot_syntax::Diagnostic;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use sha2::{Digest, Sha256};

use super::features::Feature;
use super::lowering::Lowering;
use super::objects::{
    Backoff, Cache, CacheConfigMap, Memoize, Mutex, RetryStrategy, Semaphore, Synchronization,
    Template,
};
use super::scope::{Scope, Words};
use super::text::Place;
use super::{diagnostics, storage};
use crate::pod::names::hex;

/// Whether a step is retried.
pub(crate) fn is_retried(retry: &Retry) -> bool {
    !retry.is_empty()
}

impl Lowering<'_, '_> {
    /// Returns the timeout of one attempt, in seconds. Argo's own `timeout` would include the time before the pod
    /// runs, and cover all attempts together.
    pub(super) fn timeout(&mut self, expr: &Expr) -> Option<IntOrString> {
        match expr.value() {
            Some(Value::Duration(duration)) => Some(IntOrString::Int(
                i32::try_from(duration.seconds().max(1)).unwrap_or(i32::MAX),
            )),
            _ => {
                let outcome = self.pod.dialect.scope.text_in_code(expr, &expr.ty);
                let code = self.pod.keep(outcome)?;
                let code = format!("int(ceil(duration({code}).Seconds()))");
                Some(IntOrString::String(
                    self.pod.dialect.scope.tags.expression(&code),
                ))
            }
        }
    }

    pub(super) fn retry(&mut self, retry: &Retry) -> Option<RetryStrategy> {
        if retry.is_empty() {
            return None;
        }
        if retry.limit().is_none() {
            self.pod.diagnostics.push(diagnostics::unsupported(
                "`retry` needs a `limit`",
                "without one Argo retries forever",
                "set the number of further attempts: `limit = 3`",
                retry.span,
            ));
        }
        if let (None, Some(expr)) = (retry.backoff(), retry.factor().or(retry.max())) {
            self.pod.diagnostics.push(diagnostics::unsupported(
                "`factor` and `max` need a `backoff`",
                "Argo refuses them alone",
                "say how long to wait before the second attempt: `backoff = 30s`",
                expr.span,
            ));
        }
        if self.pod.step.attributes.step.daemon() == Some(true)
            && let Some(since) = self.context.version.needs(Feature::DaemonRetries)
        {
            self.pod.diagnostics.push(diagnostics::needs_version(
                "another attempt of a daemon",
                since,
                self.context.version,
                Some(retry.span),
            ));
        }
        let policy = retry.on().and_then(|on| match on.as_str() {
            Some("failure") => Some("OnFailure".to_owned()),
            Some("error") => Some("OnError".to_owned()),
            Some("always") => Some("Always".to_owned()),
            Some("transient") => Some("OnTransientError".to_owned()),
            _ => {
                self.pod
                    .diagnostics
                    .push(diagnostics::run_time("when to try again", on.span));
                None
            }
        });
        let expression = retry.when().and_then(|when| {
            let scope = Scope {
                words: Words::Retry,
                ..self.pod.dialect.scope
            };
            let outcome = scope.code(when);
            Some(self.pod.keep(outcome)?.text)
        });
        // Argo's own default, written out for readers of the object.
        let policy = policy.or_else(|| expression.as_ref().map(|_| "Always".to_owned()));
        let backoff = Backoff {
            duration: self.pod.optional(retry.backoff()),
            factor: self.pod.optional(retry.factor()).map(IntOrString::String),
            max_duration: self.pod.optional(retry.max()),
        };
        Some(RetryStrategy {
            limit: self.pod.optional(retry.limit()).map(IntOrString::String),
            retry_policy: policy,
            expression,
            backoff: (backoff != Backoff::default()).then_some(backoff),
        })
    }

    pub(super) fn memoize(&mut self, template: &Template) -> Option<Memoize> {
        let attributes = &self.pod.step.attributes.step;
        let span = attributes.span_of("cache")?;
        let cache = attributes.cache();
        if storage::stored(self.pod.step).next().is_some() {
            self.pod.diagnostics.push(diagnostics::unsupported(
                "a step whose artifacts are collected cannot be cached",
                "its artifacts have their place in this run, where an earlier run has put nothing",
                "remove `cache`, or do not collect its outputs",
                span,
            ));
            return None;
        }
        // A different program has a different result, so the contents of the template are part of the key.
        let digest = serde_json::to_vec(template)
            .map(Sha256::digest)
            .unwrap_or_default();
        let program = format!("{}-{}", template.name, hex(&digest, 8));
        let key = match cache.key() {
            Some(key) => match key.value() {
                Some(value) => cache_key(&value.text()),
                None => {
                    let outcome = self.pod.dialect.scope.text_in_code(key, &key.ty);
                    let code = self.pod.keep(outcome)?;
                    let tags = self.pod.dialect.scope.tags;
                    tags.expression(&format!("sprig.sha256sum({code})"))
                }
            },
            None => {
                let inputs: Vec<_> = self
                    .pod
                    .step
                    .inputs
                    .iter()
                    .filter(|port| port.present)
                    .collect();
                if inputs
                    .iter()
                    .any(|port| port.ty.is_artifact() || port.ty.is_artifact_list())
                {
                    self.pod
                        .diagnostics
                        .push(diagnostics::cache_key_needed(span));
                    return None;
                }
                let texts: Vec<_> = inputs
                    .iter()
                    .map(|port| format!("inputs.parameters.{}", port.name))
                    .collect();
                match texts.is_empty() {
                    true => "none".to_owned(),
                    false => {
                        let code = format!("sprig.sha256sum(toJson([{}]))", texts.join(", "));
                        self.pod.dialect.scope.tags.expression(&code)
                    }
                }
            }
        };
        let config_map = format!("{}-{}-cache", self.context.base, template.name);
        Some(Memoize {
            key: format!("{program}-{key}"),
            max_age: self.pod.optional(cache.max_age()).unwrap_or_default(),
            cache: Cache {
                config_map: CacheConfigMap {
                    name: config_map,
                    key: (!self.context.version.has(Feature::KeylessCaches))
                        .then(|| "cache".to_owned()),
                },
            },
        })
    }
}

/// Returns a text as a key of Argo's cache, which accepts letters, digits and `-`. A text with other characters is
/// replaced by its hash.
fn cache_key(text: &str) -> String {
    let is_key = !text.is_empty()
        && text.len() <= 64
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_key {
        text.to_owned()
    } else {
        hex(&Sha256::digest(text), 16)
    }
}

/// Returns the locks of a step, if it has any.
pub(crate) fn synchronization(
    mutex: Option<&Expr>,
    semaphore: &Locks,
    scope: &Scope<'_>,
) -> Result<Option<Synchronization>, Diagnostic> {
    let mut out = Synchronization::default();
    if let Some(name) = mutex {
        out.mutexes.push(Mutex {
            name: scope.plain(name, Place::Field)?,
        });
    }
    match (semaphore.config(), semaphore.key()) {
        (Some(config), Some(key)) => out.semaphores.push(Semaphore {
            config_map_key_ref: core::ConfigMapKeySelector {
                name: scope.plain(config, Place::Field)?,
                key: scope.plain(key, Place::Field)?,
                optional: None,
            },
        }),
        (None, None) => {}
        (Some(one), None) | (None, Some(one)) => {
            return Err(diagnostics::unsupported(
                "a `semaphore` needs `config` and `key`",
                "Argo reads the number from that key of that ConfigMap",
                "give both: `semaphore { config = \"locks\", key = \"training\" }`",
                one.span,
            ));
        }
    }
    Ok((out != Synchronization::default()).then_some(out))
}
