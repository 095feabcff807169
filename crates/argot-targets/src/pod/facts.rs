//! Rules of a schema beyond the names and types of fields: which are required, which exclude each other, and which
//! values they accept.
//!
//! Only rules that an API server or a controller always enforces are listed. Values that only the run knows are not
//! checked.

use argot_compiler::{Raw, RawField, RawKind, Value, rules, suggest};
use argot_syntax::{Diagnostic, Span};

use super::diagnostics;

/// The rules for one kind of object.
pub(crate) struct Facts {
    /// The object's name in its schema.
    pub(crate) name: &'static str,
    /// Required fields.
    pub(crate) required: &'static [&'static str],
    /// Fields of which it has exactly one.
    pub(crate) one_of: &'static [&'static str],
    /// Fields that exclude each other.
    pub(crate) at_most_one: &'static [&'static [&'static str]],
    /// What the fields hold.
    pub(crate) fields: &'static [(&'static str, Rule)],
}

/// An object without rules.
pub(crate) const NOTHING: Facts = Facts {
    name: "",
    required: &[],
    one_of: &[],
    at_most_one: &[],
    fields: &[],
};

/// What a field holds. Of a list, each element is meant, except for [`Rule::Filled`].
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A number from the first to the second.
    Range(i64, i64),
    /// Something: a text or list that is not empty.
    Filled,
    /// A port: its number, or the name of one of the container's.
    Port,
    /// The name of a port.
    PortName,
    /// The name of a container or volume.
    DnsLabel,
    /// The name of an object.
    DnsSubdomain,
    /// The key of a label.
    LabelKey,
    /// A record whose keys and values are those of labels.
    Labels,
    /// The address of a host, in numbers.
    Ip,
    /// A duration as Argo reads it: seconds, or numbers with units.
    Duration,
    /// A name of Prometheus'.
    MetricName,
}

const MOST: i64 = i64::MAX;

/// A number that is not negative.
pub(crate) const NATURAL: Rule = Rule::Range(0, MOST);
/// A number above zero.
pub(crate) const POSITIVE: Rule = Rule::Range(1, MOST);
/// The number of a port.
pub(crate) const PORT_NUMBER: Rule = Rule::Range(1, 65535);
/// The permissions of a file.
pub(crate) const MODE: Rule = Rule::Range(0, 0o777);
/// The number of a user or group.
pub(crate) const ID: Rule = Rule::Range(0, i32::MAX as i64);

/// Checks the fields of a record against what is said of its kind of object. `owner` is the field that holds it, empty
/// for the outermost record, and `is_whole` whether the record is the whole object, not something that is laid over
/// one.
pub(crate) fn check<'a>(
    facts: &Facts,
    owner: &str,
    fields: impl Iterator<Item = &'a RawField> + Clone,
    is_whole: bool,
    span: Span,
    report: &mut dyn FnMut(Diagnostic),
) {
    let of = match owner {
        "" => facts.name,
        owner => owner,
    };
    let present = |name: &str| {
        fields
            .clone()
            .find(|field| field.name == name && !is_null(&field.value))
    };
    let missing = facts
        .required
        .iter()
        .filter(|name| is_whole && present(name).is_none());
    for name in missing {
        report(diagnostics::missing_raw(of, name, span));
    }
    // In the order of the source.
    let among = |names: &[&str]| -> Vec<&RawField> {
        let fields = fields.clone();
        fields
            .filter(|field| names.contains(&field.name.as_str()) && !is_null(&field.value))
            .collect()
    };
    let chosen = among(facts.one_of);
    match chosen.as_slice() {
        [] if is_whole && !facts.one_of.is_empty() => {
            report(diagnostics::missing_choice(of, facts.one_of, span));
        }
        [first, second, ..] => report(diagnostics::raw_choices(first, second)),
        _ => {}
    }
    for group in facts.at_most_one {
        let chosen = among(group);
        if let [first, second, ..] = chosen.as_slice() {
            report(diagnostics::raw_choices(first, second));
        }
    }
    for (name, rule) in facts.fields {
        if let Some(field) = present(name) {
            rule.check(name, &field.value, report);
        }
    }
    values(facts.name, &present, report);
    // To get or delete, a name among the flags is enough.
    let acts =
        constant(present("action")).is_some_and(|action| !matches!(action, "get" | "delete"));
    if facts.name == "ResourceTemplate" && acts {
        const FROM: &[&str] = &["manifest", "manifestFrom"];
        if FROM.iter().all(|name| present(name).is_none()) {
            report(diagnostics::missing_choice(of, FROM, span));
        }
    }
}

/// The text of a field, if it is known.
fn constant(field: Option<&RawField>) -> Option<&str> {
    match &field?.value.kind {
        RawKind::Leaf(expr) => expr.as_str(),
        _ => None,
    }
}

fn is_null(raw: &Raw) -> bool {
    matches!(&raw.kind, RawKind::Leaf(expr) if matches!(expr.value(), Some(Value::Null)))
}

/// The values of a requirement of a selector, which depend on its operator.
fn values<'a>(
    object: &str,
    present: &dyn Fn(&str) -> Option<&'a RawField>,
    report: &mut dyn FnMut(Diagnostic),
) {
    if !matches!(
        object,
        "LabelSelectorRequirement" | "NodeSelectorRequirement"
    ) {
        return;
    }
    let operator = constant(present("operator"));
    let list = present("values").and_then(|field| match &field.value.kind {
        RawKind::List(items) => Some((items, field)),
        _ => None,
    });
    let count = list.map_or(0, |(items, _)| items.len());
    let (Some(operator), Some(place)) = (operator, present("operator")) else {
        return;
    };
    let expected = match operator {
        "In" | "NotIn" if count == 0 => "at least one of `values`",
        "Gt" | "Lt" if count != 1 => "exactly one of `values`",
        "Exists" | "DoesNotExist" if count != 0 => "no `values`",
        _ => return,
    };
    let span = list.map_or(place.value.span, |(_, field)| field.value.span);
    report(diagnostics::raw_operator(operator, expected, span));
}

impl Rule {
    fn check(self, name: &str, raw: &Raw, report: &mut dyn FnMut(Diagnostic)) {
        match (&raw.kind, self) {
            (RawKind::List(items), Self::Filled) if items.is_empty() => {
                report(diagnostics::invalid_raw(
                    name,
                    "at least one element",
                    raw.span,
                ));
            }
            (RawKind::List(_), Self::Filled) => {}
            (RawKind::List(items), _) => {
                for item in items {
                    self.check(name, item, report);
                }
            }
            (RawKind::Record(fields), Self::Labels) => {
                for field in fields {
                    if !is_computed(&field.name) && !rules::label_key(&field.name) {
                        report(diagnostics::invalid_raw_text(
                            name,
                            &field.name,
                            "the key of a label",
                            None,
                            field.name_span,
                        ));
                    }
                    if let RawKind::Leaf(expr) = &field.value.kind
                        && let Some(text) = expr.as_str()
                        && !is_computed(text)
                        && !rules::label_value(text)
                    {
                        report(diagnostics::invalid_raw_text(
                            &field.name,
                            text,
                            "the value of a label",
                            None,
                            field.value.span,
                        ));
                    }
                }
            }
            (RawKind::Leaf(expr), _) => match expr.value() {
                Some(Value::String(text)) if !is_computed(text) => {
                    self.text(name, text, raw.span, report);
                }
                Some(Value::Int(number)) => self.number(name, *number, raw.span, report),
                _ => {}
            },
            _ => {}
        }
    }

    fn number(self, name: &str, number: i64, span: Span, report: &mut dyn FnMut(Diagnostic)) {
        let (least, most) = match self {
            Self::Range(least, most) => (least, most),
            Self::Port => (1, 65535),
            _ => return,
        };
        if number < least || number > most {
            let expected = match most {
                MOST => format!("a number from {least} up"),
                0o777 => "permissions from 0 to 511, which is 0777 in octal".to_owned(),
                _ => format!("a number from {least} to {most}"),
            };
            report(diagnostics::invalid_raw(name, &expected, span));
        }
    }

    fn text(self, name: &str, text: &str, span: Span, report: &mut dyn FnMut(Diagnostic)) {
        let expected = match self {
            Self::OneOf(members) if !members.contains(&text) => {
                let near = suggest(text, members.iter().copied()).or_else(|| {
                    members
                        .iter()
                        .copied()
                        .find(|member| member.eq_ignore_ascii_case(text))
                });
                let expected = diagnostics::members(members);
                report(diagnostics::invalid_raw_text(
                    name, text, &expected, near, span,
                ));
                return;
            }
            Self::Filled if text.is_empty() => "a text that is not empty",
            // A number as text is a name to Kubernetes.
            Self::Port | Self::PortName if !is_port_name(text) => {
                "the name of a port: at most 15 lowercase letters, digits or `-`, at least one letter"
            }
            Self::DnsLabel if !rules::dns_label(text) => {
                "at most 63 lowercase letters, digits or `-`, starting and ending with a letter or digit"
            }
            Self::DnsSubdomain if !rules::dns_subdomain(text) => {
                "the name of an object: lowercase letters, digits, `-` or `.`, starting and ending with a letter or digit"
            }
            Self::LabelKey if !rules::label_key(text) => "the key of a label",
            Self::Ip if !is_address(text) => "an IP address",
            Self::Duration if !is_duration(text) => "a duration, such as `90s`, `10m` or `1h30m`",
            Self::MetricName if !is_metric_name(text) => {
                "a name of letters, digits, `_` or `:` that does not start with a digit"
            }
            _ => return,
        };
        report(diagnostics::invalid_raw_text(
            name, text, expected, None, span,
        ));
    }
}

/// Whether a text becomes another one in Argo.
fn is_computed(text: &str) -> bool {
    text.contains("{{")
}

fn is_port_name(text: &str) -> bool {
    text.len() <= 15
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && text.chars().any(|c| c.is_ascii_lowercase())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// Seconds, or what Go reads as a duration.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    if rest.is_empty() {
        return false;
    }
    if rest.chars().all(|c| c.is_ascii_digit()) {
        return true;
    }
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if unit.len() == rest.len() {
            return false;
        }
        let known = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"]
            .into_iter()
            .filter_map(|name| unit.strip_prefix(name))
            .find(|rest| {
                rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            });
        let Some(next) = known else { return false };
        rest = next;
    }
    true
}

/// Whether a text may be the address of a host: four numbers, or what IPv6 is written with.
fn is_address(text: &str) -> bool {
    if text.contains(':') {
        return text
            .chars()
            .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
    }
    let is_number = |part: &str| {
        part.chars().all(|c| c.is_ascii_digit())
            && part
                .parse::<u8>()
                .is_ok_and(|number| number.to_string() == part)
    };
    text.split('.').count() == 4 && text.split('.').all(is_number)
}

fn is_metric_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':'))
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
}

/// Whether a text is a quantity of Kubernetes': a number, with a unit or an exponent.
pub(crate) fn is_quantity(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = rest.strip_suffix(unit).unwrap_or(rest);
    let is_number = number.chars().any(|c| c.is_ascii_digit()) && number.matches('.').count() <= 1;
    let is_exponent = || {
        unit.strip_prefix(['e', 'E']).is_some_and(|exponent| {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        })
    };
    let units = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    ];
    is_number && (units.contains(&unit) || is_exponent())
}

#[cfg(test)]
mod tests {
    use super::{is_duration, is_port_name, is_quantity};

    #[test]
    fn texts_with_a_form() {
        for good in [
            "1", "1.5", ".5", "5.", "100m", "2Gi", "1e3", "1E-3", "-1", "+2k", "0",
        ] {
            assert!(is_quantity(good), "{good}");
        }
        for bad in ["", "Gi", "1GB", "1gi", "2 Gi", "1.2.3", "1e", "one", "1Kib"] {
            assert!(!is_quantity(bad), "{bad}");
        }
        for good in ["10", "10s", "1h30m", "1.5h", "300ms", "-1m"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["", "s", "10 s", "ten", "1w", "2d", "5min", "10S", "1h30"] {
            assert!(!is_duration(bad), "{bad}");
        }
        for good in ["http", "a1", "80x", "http-2"] {
            assert!(is_port_name(good), "{good}");
        }
        for bad in [
            "",
            "80",
            "HTTP",
            "a--b",
            "-a",
            "a-very-long-name-of-a-port",
            "a_b",
        ] {
            assert!(!is_port_name(bad), "{bad}");
        }
    }
}
