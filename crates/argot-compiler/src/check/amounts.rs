//! Amounts that lack their unit: `memory = 16` is 16 bytes, `cpu = 1000` is a thousand cores.

use argot_syntax::{Diagnostic, Span};

use crate::{Quantity, diagnostics};

pub use crate::attributes::AmountOf as Of;

/// The least memory, in bytes, with which the runtime can start a container.
const LEAST_MEMORY: i128 = 1 << 20;

/// The smallest volume, in bytes, that can hold anything.
const LEAST_STORAGE: i128 = 1 << 20;

/// A number of cores for one container from which thousandths were probably meant.
const MANY_CORES: i128 = 500;

/// An amount that is almost certainly a mistake, with what was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlikely {
    /// What the amount means as written: `16 bytes`.
    pub says: String,
    /// The amounts that may be meant, the likeliest first.
    pub meant: Vec<String>,
}

/// Checks whether an amount lacks its unit.
pub fn unlikely(of: Of, quantity: &Quantity) -> Option<Unlikely> {
    let text = quantity.text();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !".+-".contains(c))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let whole = quantity.whole();
    match of {
        // To ask for that many cores on purpose, write a unit: `1k`.
        Of::Cpu if whole >= MANY_CORES && unit != "k" => {
            let meant = match unit {
                "" => vec![format!("{number}m"), format!("{}k", thousands(whole)?)],
                "M" => vec![format!("{number}m")],
                _ => vec![number.to_owned()],
            };
            Some(Unlikely {
                says: format!("{whole} cores"),
                meant,
            })
        }
        Of::Cpu => None,
        Of::Memory if 0 < whole && whole < LEAST_MEMORY => {
            Some(bytes(whole, number, unit, GIBIBYTES_OF_MEMORY))
        }
        // A small volume may be intended if it is written with a unit of bytes.
        Of::Storage if 0 < whole && whole < LEAST_STORAGE && matches!(unit, "" | "m") => {
            Some(bytes(whole, number, unit, GIBIBYTES_OF_STORAGE))
        }
        Of::Memory | Of::Storage => None,
    }
}

/// Numbers up to this probably mean gibibytes, larger ones mebibytes.
const GIBIBYTES_OF_MEMORY: i128 = 128;
/// The same for volumes.
const GIBIBYTES_OF_STORAGE: i128 = 2_000;

fn bytes(whole: i128, number: &str, unit: &str, most: i128) -> Unlikely {
    let counted: i128 = number.parse().unwrap_or(whole);
    let (likely, other) = match unit {
        "m" => ("Mi", None),
        _ if counted <= most => ("Gi", Some("Mi")),
        _ => ("Mi", None),
    };
    Unlikely {
        says: match whole {
            1 => "1 byte".to_owned(),
            _ => format!("{whole} bytes"),
        },
        meant: std::iter::once(likely)
            .chain(other)
            .map(|unit| format!("{number}{unit}"))
            .collect(),
    }
}

/// A whole number in thousands: `1.5` for 1500.
fn thousands(whole: i128) -> Option<String> {
    let (units, rest) = (whole / 1000, whole % 1000);
    let text = format!("{units}.{rest:03}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    (whole >= 0).then(|| text.to_owned())
}

/// Warns about an amount that lacks its unit.
pub fn without_unit(of: Of, quantity: &Quantity, span: Span) -> Option<Diagnostic> {
    let found = unlikely(of, quantity)?;
    Some(diagnostics::missing_unit(of, quantity.text(), &found, span))
}

#[cfg(test)]
mod tests {
    use super::{Of, unlikely};
    use crate::Quantity;

    fn meant(of: Of, text: &str) -> Option<(String, Vec<String>)> {
        let found = unlikely(of, &Quantity::parse(text)?)?;
        Some((found.says, found.meant))
    }

    #[test]
    fn amounts_without_their_unit() {
        for (of, text, says, likely) in [
            (Of::Memory, "16", "16 bytes", "16Gi"),
            (Of::Memory, "1", "1 byte", "1Gi"),
            (Of::Memory, "512", "512 bytes", "512Mi"),
            (Of::Memory, "16000m", "16 bytes", "16000Mi"),
            (Of::Memory, "16k", "16000 bytes", "16Gi"),
            (Of::Storage, "10", "10 bytes", "10Gi"),
            (Of::Storage, "20000", "20000 bytes", "20000Mi"),
            (Of::Cpu, "1000", "1000 cores", "1000m"),
            (Of::Cpu, "500", "500 cores", "500m"),
            (Of::Cpu, "500M", "500000000 cores", "500m"),
            (Of::Cpu, "4Gi", "4294967296 cores", "4"),
        ] {
            let (said, all) = meant(of, text).unwrap_or_default();
            assert_eq!(
                (said.as_str(), all.first().map(String::as_str)),
                (says, Some(likely)),
                "{text}"
            );
        }
    }

    #[test]
    fn amounts_that_are_meant() {
        for (of, text) in [
            (Of::Memory, "16Gi"),
            (Of::Memory, "128M"),
            (Of::Memory, "2147483648"),
            (Of::Memory, "0"),
            (Of::Storage, "64Ki"),
            (Of::Storage, "10G"),
            (Of::Cpu, "1k"),
            (Of::Cpu, "192"),
            (Of::Cpu, "250m"),
            (Of::Cpu, "0.5"),
        ] {
            assert_eq!(meant(of, text), None, "{text}");
        }
    }

    #[test]
    fn those_who_mean_a_thousand_cores_can_say_so() {
        for (text, said) in [("1000", "1k"), ("1500", "1.5k"), ("896", "0.896k")] {
            let (_, all) = meant(Of::Cpu, text).unwrap_or_default();
            assert_eq!(all.get(1).map(String::as_str), Some(said));
            assert_eq!(meant(Of::Cpu, said), None);
        }
    }
}
