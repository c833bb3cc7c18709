//! Ids of entries: `UUIDv7`s, which say when something happened, and in which order where a process saw several
//! things in one millisecond.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use uuid::Uuid;

use crate::random;

/// The 26 bits behind the time and the version (RFC 9562 §6.2, method 1), which go round once in 67 million.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The id of what happens at this time.
pub(super) fn at(time: Timestamp) -> Uuid {
    let mut bytes = random::uuid_v7(time).into_bytes();
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    // Twelve bits, those of the variant, and fourteen more.
    let [_, _, high, low] = (count >> 14).to_be_bytes();
    (bytes[6], bytes[7]) = (0x70 | (high & 0x0f), low);
    let [_, _, high, low] = count.to_be_bytes();
    (bytes[8], bytes[9]) = (0x80 | (high & 0x3f), low);
    Uuid::from_bytes(bytes)
}

/// None that happens at this time or later has a smaller id.
#[must_use]
pub fn first_at(time: Timestamp) -> Uuid {
    let milliseconds = u64::try_from(time.as_millisecond()).unwrap_or(0);
    Uuid::from_u128(u128::from(milliseconds) << 80)
}

/// When the entry with this id happened.
#[must_use]
pub fn happened_at(id: Uuid) -> Timestamp {
    let milliseconds = i64::try_from(id.as_u128() >> 80).expect("it has 48 bits");
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
}
