use std::sync::atomic::{AtomicU32, Ordering};

use chot_domain::shared::IdSource;
use uuid::Uuid;

/// Identifiers of demo records. They are the same in every deployment, so that the examples of the contract can refer to records
/// of the demo. Each unit of work has its own counter: an additional record in one unit does not change the identifiers of other
/// units.
pub(super) struct CountedIds {
    unit: u16,
    made: AtomicU32,
}

/// The milliseconds of version 7, except for the last 16 bits.
const FIRST_BITS: u32 = 0x0198_c0de;

/// Version 7, without random bits.
const VERSION_BITS: u16 = 0x7000;

/// The variant of RFC 9562.
const VARIANT_BITS: u64 = 1 << 63;

impl CountedIds {
    /// The identifiers of a unit of work, greater than those of earlier units.
    pub(super) fn of_unit(unit: u16) -> Self {
        Self { unit, made: AtomicU32::new(1) }
    }
}

impl IdSource for CountedIds {
    fn uuid(&self) -> Uuid {
        let counted = VARIANT_BITS | u64::from(self.made.fetch_add(1, Ordering::Relaxed));
        Uuid::from_fields(FIRST_BITS, self.unit, VERSION_BITS, &counted.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_of_version_7_and_grow() {
        let (first, second) = (CountedIds::of_unit(1), CountedIds::of_unit(2));
        let made = [first.uuid(), first.uuid(), second.uuid()];
        assert!(made.is_sorted() && made.iter().all(|id| id.get_version_num() == 7));
        assert_eq!(made[1].to_string(), "0198c0de-0001-7000-8000-000000000002");
    }
}
