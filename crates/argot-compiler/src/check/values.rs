//! The rules for attribute values: one rule for each place, wherever the value comes from.
//!
//! The checker applies them to values written in an attribute, the plan to values that arrive through inputs. A rule
//! applies only to known values.

use core::net;
use std::borrow::Cow;
use std::collections::HashMap;

use argot_syntax::{Diagnostic, Span};

use super::{amounts, rules, zones};
pub(crate) use crate::attributes::Rule;
use crate::{
    Attribute, Attributes, Container, ContainerAttribute, ContainerPort, Expr, Probe, Quantity,
    Security, Toleration, Value, diagnostics, texts,
};

impl Rule {
    /// The mistake in a value, for an attribute of this name.
    pub(crate) fn problem(self, name: &str, value: &Value, span: Span) -> Option<Diagnostic> {
        match self {
            Self::Any | Self::Together => None,
            Self::LongerThanNothing => match value {
                Value::Duration(duration) if duration.nanos() <= 0 => Some(
                    diagnostics::invalid_duration_value("it must be more than nothing", span),
                ),
                _ => None,
            },
            Self::AtLeast(least) => match value {
                Value::Int(number) if *number < least => {
                    let reason = match least {
                        0 => "it cannot be negative".to_owned(),
                        _ => format!("it must be {least} or more"),
                    };
                    Some(diagnostics::invalid_value(name, &reason, span))
                }
                Value::Duration(duration) if duration.nanos() < least => Some(
                    diagnostics::invalid_value(name, "it cannot be negative", span),
                ),
                _ => None,
            },
            Self::Int32AtLeast(least) => match value {
                Value::Int(number) if *number > i64::from(i32::MAX) => {
                    let reason = format!("it must be {least} to {}", i32::MAX);
                    Some(diagnostics::invalid_value(name, &reason, span))
                }
                _ => Self::AtLeast(least.into()).problem(name, value, span),
            },
            Self::PortNumber => match value {
                Value::Int(number) if !(1..=65535).contains(number) => Some(
                    diagnostics::invalid_value(name, "a port is 1 to 65535", span),
                ),
                _ => None,
            },
            Self::Id => match value {
                Value::Int(id) if !(0..=i64::from(i32::MAX)).contains(id) => Some(
                    diagnostics::invalid_value(name, "an id is 0 to 2147483647", span),
                ),
                _ => None,
            },
            Self::Amount(of) => amount(of, quantity(value)?.as_ref(), span),
            Self::Size => {
                let size = quantity(value)?;
                let reason = "it must be more than nothing";
                (size.nanos() <= 0).then(|| diagnostics::invalid_value("size", reason, span))
            }
            Self::Devices => {
                let count = quantity(value)?;
                if count.nanos() < 0 {
                    Some(negative(span))
                } else if !count.is_whole() {
                    Some(diagnostics::fractional_device(name, count.text(), span))
                } else {
                    None
                }
            }
            _ => self.text_problem(name, &text(value), span),
        }
    }

    /// The warning about a value that follows the rule but is probably a mistake.
    pub(crate) fn doubt(self, value: &Value, span: Span) -> Option<Diagnostic> {
        let of = match self {
            Self::Image => return unversioned(&text(value), span),
            Self::Amount(of) => of,
            Self::Size => amounts::Of::Storage,
            _ => return None,
        };
        amounts::without_unit(of, quantity(value)?.as_ref(), span)
    }

    fn text_problem(self, name: &str, text: &str, span: Span) -> Option<Diagnostic> {
        let found = match self {
            Self::Image => {
                let mismatch = rules::image(text).err()?;
                diagnostics::invalid_image(text, &mismatch, span)
            }
            Self::AbsolutePath if !text.starts_with('/') => {
                diagnostics::invalid_value(name, "it must be an absolute path", span)
            }
            Self::VolumePath if !text.starts_with('/') => {
                diagnostics::invalid_mount(text, "it is not absolute", span)
            }
            Self::ObjectName if !rules::dns_subdomain(text) => {
                diagnostics::invalid_object_name(text, span)
            }
            Self::DataKey if !rules::data_key(text) => {
                diagnostics::invalid_data_key(name, text, span)
            }
            Self::LabelValue if !rules::label_value(text) => {
                diagnostics::invalid_label_value(text, span)
            }
            Self::LabelKey if !rules::label_key(text) => diagnostics::invalid_label_key(text, span),
            Self::Filled if text.is_empty() => {
                diagnostics::invalid_value(name, "it is empty", span)
            }
            Self::AddressPart if text.is_empty() => {
                diagnostics::invalid_location(&format!("the {name} is missing"), span)
            }
            Self::Member(members) => return member(name, text, members, span),
            Self::IpAddress if text.parse::<net::IpAddr>().is_err() => {
                diagnostics::invalid_value(name, "it must be an IPv4 or IPv6 address", span)
            }
            Self::TimeZone => {
                return match zones::judge(text) {
                    zones::Name::Unknown(help, zone) => {
                        Some(diagnostics::unknown_time_zone(text, &help, zone, span))
                    }
                    _ => None,
                };
            }
            Self::PortName if !rules::port_name(text) => {
                let reason =
                    "at most 15 lowercase letters, digits or `-`, with at least one letter";
                diagnostics::invalid_value(name, reason, span)
            }
            _ => return None,
        };
        Some(found)
    }
}

/// A text itself, or the canonical text of any other value.
fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.text()),
    }
}

/// A quantity. A number counts as one.
fn quantity(value: &Value) -> Option<Cow<'_, Quantity>> {
    match value {
        Value::Quantity(quantity) => Some(Cow::Borrowed(quantity)),
        Value::Int(_) | Value::Float(_) => Quantity::parse(&value.text()).map(Cow::Owned),
        _ => None,
    }
}

fn negative(span: Span) -> Diagnostic {
    diagnostics::invalid_value("resources", "an amount cannot be negative", span)
}

/// Kubernetes rounds up amounts that are too precise. It warns about bytes, but not about CPU.
fn amount(of: amounts::Of, quantity: &Quantity, span: Span) -> Option<Diagnostic> {
    let (resource, is_exact) = match of {
        amounts::Of::Cpu => ("cpu", quantity.is_whole_milli()),
        _ => ("memory", quantity.is_whole()),
    };
    if quantity.nanos() < 0 {
        Some(negative(span))
    } else if !is_exact {
        Some(diagnostics::rounded_amount(resource, quantity.text(), span))
    } else {
        None
    }
}

/// The warning about an image whose content changes while its name stays the same.
fn unversioned(text: &str, span: Span) -> Option<Diagnostic> {
    match texts::version(text) {
        (_, true) => None,
        (None, false) => Some(diagnostics::image_without_tag(text, span)),
        (Some("latest"), false) => Some(diagnostics::image_latest(text, span)),
        (Some(_), false) => None,
    }
}

fn member(name: &str, text: &str, members: &[&str], span: Span) -> Option<Diagnostic> {
    if members.contains(&text) {
        return None;
    }
    let near = crate::suggest(text, members.iter().copied());
    Some(diagnostics::toleration_member(
        name, text, members, near, span,
    ))
}

/// A value that is known.
pub(crate) struct Known<'a> {
    /// The value itself.
    pub(crate) value: Cow<'a, Value>,
    /// Where it is written: in the attribute, or where an input gets its value.
    pub(crate) span: Span,
    /// The span of the attribute's value, if the known value arrives through inputs.
    pub(crate) used: Option<Span>,
    /// Whether the source at `span` is the whole value.
    pub(crate) is_whole: bool,
}

impl<'a> Known<'a> {
    /// A constant that is written in the attribute.
    pub(crate) fn written(expr: &'a Expr) -> Option<Self> {
        expr.value().map(|value| Self {
            value: Cow::Borrowed(value),
            span: expr.span,
            used: None,
            is_whole: true,
        })
    }

    /// Adds the attribute that gets a wrong value through inputs.
    pub(crate) fn blamed(&self, name: &str, mut diagnostic: Diagnostic) -> Diagnostic {
        if !self.is_whole {
            diagnostic.fix = None;
        }
        match self.used {
            Some(used) => diagnostic.also(used, format!("`{name}` gets this value")),
            None => diagnostic,
        }
    }
}

/// Looks up the known value of an expression, if there is one.
pub(crate) type Lookup<'l, 'a> = dyn Fn(&'a Expr) -> Option<Known<'a>> + 'l;

/// Checks attributes against the rules, as far as their values are known.
pub(crate) fn check_all<'a>(
    attributes: &'a Attributes,
    known: &Lookup<'_, 'a>,
    report: &mut dyn FnMut(Diagnostic),
) {
    attributes.visit(&mut |name, rule, expr| one(name, rule, expr, known, report));
    together(attributes, known, report);
}

/// Checks one value against its rule. Lints check what follows it.
pub(crate) fn one<'a>(
    name: &str,
    rule: Rule,
    expr: &'a Expr,
    known: &Lookup<'_, 'a>,
    report: &mut dyn FnMut(Diagnostic),
) {
    if rule != Rule::Any
        && let Some(known) = known(expr)
        && let Some(problem) = rule.problem(name, &known.value, known.span)
    {
        report(known.blamed(name, problem));
    }
}

/// Checks values that depend on each other.
pub(crate) fn together<'a>(
    attributes: &'a Attributes,
    known: &Lookup<'_, 'a>,
    report: &mut dyn FnMut(Diagnostic),
) {
    for container in attributes.containers() {
        request_and_limit(container, known, report);
    }
    user_and_root(attributes.pod.security(), known, report);
    for toleration in attributes.pod.tolerations().unwrap_or_default() {
        consistent(toleration, known, report);
    }
}

/// Checks that blocks and lists are complete, once their parts are merged: a component, a call and `defaults` may each
/// have a part.
pub(crate) fn complete(attributes: &Attributes, report: &mut dyn FnMut(Diagnostic)) {
    for attribute in attributes.containers().flat_map(Container::iter) {
        let name = attribute.attribute_name();
        match attribute {
            ContainerAttribute::LivenessProbe(probe)
            | ContainerAttribute::ReadinessProbe(probe)
            | ContainerAttribute::StartupProbe(probe) => {
                if let Some(problem) = probe_problem(probe) {
                    report(diagnostics::invalid_value(name, problem, probe.span));
                }
            }
            ContainerAttribute::Ports(ports) => same_port(ports, report),
            _ => {}
        }
    }
    let dns = attributes.pod.dns();
    let servers = dns.servers().unwrap_or_default();
    if dns.policy().and_then(Expr::as_str) == Some("None") && servers.is_empty() {
        let problem = "the policy `None` needs `servers`";
        report(diagnostics::invalid_value("dns", problem, dns.span));
    }
    if let Some(extra) = servers.get(MOST_NAME_SERVERS) {
        let problem = format!("a pod has at most {MOST_NAME_SERVERS} of them");
        report(diagnostics::invalid_value("servers", &problem, extra.span));
    }
}

/// Kubernetes refuses a pod with more.
const MOST_NAME_SERVERS: usize = 3;

/// Why a probe is incomplete or contradicts itself.
fn probe_problem(probe: &Probe) -> Option<&'static str> {
    let kinds = [
        probe.http().is_some(),
        probe.tcp().is_some(),
        probe.exec().is_some(),
    ];
    match kinds.into_iter().filter(|is_set| *is_set).count() {
        1 if probe.http().is_some() != probe.port().is_some() => {
            Some("`http` and `port` go together")
        }
        1 => None,
        _ => Some("it needs exactly one of `http`, `tcp` and `exec`"),
    }
}

/// Reports a port name that a container has twice.
fn same_port(ports: &[ContainerPort], report: &mut dyn FnMut(Diagnostic)) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for name in ports.iter().filter_map(ContainerPort::name) {
        let Some(text) = name.as_str() else { continue };
        match seen.get(text) {
            Some(first) => report(diagnostics::duplicate_name(text, name.span, *first)),
            None => {
                seen.insert(text, name.span);
            }
        }
    }
}

fn request_and_limit<'a>(
    container: &'a Container,
    known: &Lookup<'_, 'a>,
    report: &mut dyn FnMut(Diagnostic),
) {
    for (name, amount) in container.amounts() {
        if amount.is_one() {
            continue;
        }
        let (Some(request), Some(limit)) = (known(&amount.request), known(&amount.limit)) else {
            continue;
        };
        let (Some(low), Some(high)) = (quantity(&request.value), quantity(&limit.value)) else {
            continue;
        };
        if low <= high {
            continue;
        }
        let (low, high) = (low.text(), high.text());
        let (blamed, other, note) = match (request.used, limit.used) {
            (None, None) => {
                let span = request.span.to(limit.span);
                report(diagnostics::request_over_limit(low, high, span));
                continue;
            }
            (Some(_), _) => (&request, limit.span, format!("and the limit {high} here")),
            (None, Some(_)) => (
                &limit,
                request.span,
                format!("and the request is {low} here"),
            ),
        };
        let found = diagnostics::request_over_known_limit(low, high, blamed.span);
        report(blamed.blamed(name, found).also(other, note));
    }
}

fn user_and_root<'a>(
    security: &'a Security,
    known: &Lookup<'_, 'a>,
    report: &mut dyn FnMut(Diagnostic),
) {
    let (Some(refuses), Some(user)) = (security.run_as_non_root(), security.run_as_user()) else {
        return;
    };
    let (Some(refuses), Some(user)) = (known(refuses), known(user)) else {
        return;
    };
    if *refuses.value == Value::Bool(true) && *user.value == Value::Int(0) {
        let reason = "0 is root, which `run_as_non_root` refuses";
        let message = diagnostics::invalid_value("run_as_user", reason, user.span);
        let message = user.blamed("run_as_user", message);
        report(message.also(refuses.span, "root is refused here"));
    }
}

fn consistent<'a>(
    toleration: &'a Toleration,
    known: &Lookup<'_, 'a>,
    report: &mut dyn FnMut(Diagnostic),
) {
    let operator = toleration.operator().and_then(known);
    let effect = toleration.effect().and_then(known);
    let is = |known: &Option<Known<'_>>, word: &str| {
        known
            .as_ref()
            .is_some_and(|known| text(&known.value) == word)
    };
    let (problem, blamed) = if is(&operator, "Exists") && toleration.value().is_some() {
        ("`Exists` does not accept a `value`", operator)
    } else if toleration.operator().is_none() && toleration.key().is_none() {
        let problem = "it has neither a `key` nor the operator `Exists`, so it tolerates nothing";
        (problem, None)
    } else if toleration.seconds().is_some() && effect.is_some() && !is(&effect, "NoExecute") {
        ("`seconds` goes with the effect `NoExecute` only", effect)
    } else {
        return;
    };
    let span = toleration.span;
    report(match blamed.filter(|known| known.used.is_some()) {
        Some(known) => {
            diagnostics::invalid_toleration(problem, known.span).also(span, "in this toleration")
        }
        None => diagnostics::invalid_toleration(problem, span),
    });
}
