//! Kubernetes quantities: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>.

use std::cmp::Ordering;

use crate::texts::{self, Rule};

/// An amount of CPU, memory, storage or devices, as Kubernetes writes it: `500m`, `16Gi`, `1.5`.
#[derive(Debug, Clone)]
pub struct Quantity {
    text: String,
    /// In units of 10⁻⁹, the finest that Kubernetes keeps.
    nanos: i128,
}

/// The suffixes of Kubernetes with their factor: base and exponent.
const SUFFIXES: &[(&str, u32, i32)] = &[
    ("", 10, 0),
    ("n", 10, -9),
    ("u", 10, -6),
    ("m", 10, -3),
    ("k", 10, 3),
    ("M", 10, 6),
    ("G", 10, 9),
    ("T", 10, 12),
    ("P", 10, 15),
    ("E", 10, 18),
    ("Ki", 2, 10),
    ("Mi", 2, 20),
    ("Gi", 2, 30),
    ("Ti", 2, 40),
    ("Pi", 2, 50),
    ("Ei", 2, 60),
];

impl Quantity {
    /// Reads a quantity. Returns `None` if it is not one, is finer than 10⁻⁹ or exceeds the 2⁶³ that Kubernetes can
    /// hold.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut sign, mut number, mut suffix) = (1, "", "");
        for part in texts::parse(Rule::quantity, text).ok()?.into_inner() {
            match part.as_rule() {
                Rule::sign if part.as_str() == "-" => sign = -1,
                Rule::number => number = part.as_str(),
                Rule::suffix => suffix = part.as_str(),
                _ => {}
            }
        }
        let (base, exponent) = match SUFFIXES.iter().find(|entry| entry.0 == suffix) {
            Some((_, base, exponent)) => (*base, *exponent),
            // `1e3`, `1E-3`: a decimal exponent.
            None => (10, suffix.get(1..)?.parse::<i32>().ok()?),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let fraction = fraction.trim_end_matches('0');
        let mantissa: i128 = format!("{whole}{fraction}0").parse::<i128>().ok()? / 10;
        let places = i32::try_from(fraction.len()).ok()?;
        let nanos = if base == 2 {
            let scaled = mantissa
                .checked_mul(1_i128.checked_shl(u32::try_from(exponent).ok()?)?)?
                .checked_mul(1_000_000_000)?;
            exact_divide(scaled, power_of_ten(places)?)?
        } else {
            let exponent = exponent.checked_add(9)?.checked_sub(places)?;
            if exponent >= 0 {
                mantissa.checked_mul(power_of_ten(exponent)?)?
            } else {
                exact_divide(mantissa, power_of_ten(-exponent)?)?
            }
        };
        let limit = i128::from(i64::MAX).checked_mul(1_000_000_000)?;
        (nanos <= limit).then(|| Self {
            text: text.to_owned(),
            nanos: sign * nanos,
        })
    }

    /// The quantity as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// In units of 10⁻⁹.
    pub fn nanos(&self) -> i128 {
        self.nanos
    }

    /// Whether it is a whole number, as devices must be.
    pub fn is_whole(&self) -> bool {
        self.nanos % 1_000_000_000 == 0
    }

    /// Whether it is a whole number of thousandths, in which CPU is counted.
    pub fn is_whole_milli(&self) -> bool {
        self.nanos % 1_000_000 == 0
    }

    /// Its value, rounded down to a whole number.
    pub fn whole(&self) -> i128 {
        self.nanos.div_euclid(1_000_000_000)
    }
}

fn power_of_ten(exponent: i32) -> Option<i128> {
    10_i128.checked_pow(u32::try_from(exponent).ok()?)
}

fn exact_divide(value: i128, by: i128) -> Option<i128> {
    (value % by == 0).then(|| value / by)
}

impl serde::Serialize for Quantity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.nanos.cmp(&other.nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn what_is_a_quantity() {
        for (text, nanos) in [
            ("1", 1_000_000_000),
            ("500m", 500_000_000),
            ("1.5", 1_500_000_000),
            ("1.5Gi", 1_610_612_736_000_000_000),
            ("2k", 2_000_000_000_000),
            ("1e3", 1_000_000_000_000),
            ("1n", 1),
            (".5", 500_000_000),
        ] {
            assert_eq!(
                Quantity::parse(text).map(|q| q.nanos()),
                Some(nanos),
                "{text}"
            );
        }
        for text in [
            "", "Gi", "1gb", "1Kb", "1.2.3", "0.1n", "9Ei1", "99Ei", "1 Gi", "five",
        ] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
