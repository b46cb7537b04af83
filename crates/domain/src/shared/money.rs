use std::borrow::Cow;
use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::SchemaFormat, schema::Type};
use utoipa::{PartialSchema, ToSchema};

use super::ColumnValue;

/// An amount of money, zero or more, with up to 14 integer digits and 4 decimals. The record contains the currency.
///
/// In JSON it is a decimal string, because JSON numbers lose digits in many languages. It is stored as a whole number of
/// 1/10,000, which sums, sorts and filters exactly on both databases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(Decimal);

const SCALE: u32 = 4;
const WHOLE_DIGITS: i64 = 100_000_000_000_000;

impl Money {
    /// Number of stored parts per unit.
    pub const UNITS: i64 = 10_000;

    /// Whether the amount has no decimals. The đồng has no smaller unit.
    pub fn is_whole(self) -> bool {
        self.0.fract().is_zero()
    }

    /// An amount of whole units, such as the sum of many amounts. It may exceed the limit of a single amount.
    pub fn whole(units: i64) -> Self {
        Self(Decimal::from(units))
    }
}

impl FromStr for Money {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let padded = whole.len() > 1 && whole.starts_with('0');
        if !digits(whole) || !digits(fraction) || padded || fraction.len() > SCALE as usize {
            return Err("invalid_money");
        }
        if whole.len() > 14 {
            return Err("too_large");
        }
        text.parse().map(|amount: Decimal| Self(amount.normalize())).map_err(|_| "invalid_money")
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.normalize(), f)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

impl ColumnValue for Money {
    type Raw = i64;

    fn raw(&self) -> i64 {
        // 14 integer digits and 4 decimals fit into a 64-bit integer, with room for sums.
        (self.0 * Decimal::from(Self::UNITS)).to_i64().unwrap_or(WHOLE_DIGITS)
    }

    fn from_raw(raw: i64) -> Option<Self> {
        Decimal::try_new(raw, SCALE).ok().map(|amount| Self(amount.normalize()))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("decimal".into())))
            .pattern(Some(r"^(0|[1-9]\d{0,13})(\.\d{1,4})?$"))
            .max_length(Some(19))
            .description(Some(
                "Amount of money as a decimal string, in the currency of the record. The đồng has no smaller unit.",
            ))
            .examples(["150000000"])
            .build()
            .into()
    }
}

impl ToSchema for Money {
    fn name() -> Cow<'static, str> {
        "Money".into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_plain_decimal_strings_are_money() {
        for text in ["-1", "1e5", "NaN", "1.23456", "01", ".5", "5.", "", "1,5", "+1"] {
            assert_eq!(text.parse::<Money>(), Err("invalid_money"), "{text}");
        }
        assert_eq!("100000000000000".parse::<Money>(), Err("too_large"));
        assert!(!"1.5".parse::<Money>().unwrap().is_whole());
    }

    proptest! {
        #[test]
        fn an_amount_survives_storage(units in 0i64..(WHOLE_DIGITS * 1000)) {
            let money = Money::from_raw(units).unwrap();
            prop_assert_eq!(money.raw(), units);
            prop_assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
        }
    }
}
