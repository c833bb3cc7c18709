//! The one door for randomness that must not be guessed: keys, nonces, states and codes.
//!
//! Jitter, which need not be secret, comes from [`juncture_clock::Clock::chance`].

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use uuid::Uuid;

/// `N` bytes from the operating system's generator.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system provides randomness");
    bytes
}

/// A secret of 256 bits, written so that it may stand in a URL path (43 characters).
#[must_use]
pub fn url_safe_code() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// A `UUIDv7` (RFC 9562 §5.7): sorts by `now`, cannot be guessed.
#[must_use]
pub fn uuid_v7(now: Timestamp) -> Uuid {
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let random = STOCK.with_borrow_mut(Stock::take);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}

/// What an id needs.
const PIECE: usize = 10;

/// Bytes from the operating system's generator for many ids, of which each gets its own: every request
/// has an id, and need not ask the system for it.
struct Stock {
    bytes: [u8; 64 * PIECE],
    used: usize,
}

thread_local! {
    static STOCK: RefCell<Stock> = const {
        RefCell::new(Stock { bytes: [0; 64 * PIECE], used: 64 * PIECE })
    };
}

impl Stock {
    fn take(&mut self) -> [u8; PIECE] {
        if self.used == self.bytes.len() {
            self.bytes = bytes();
            self.used = 0;
        }
        let piece = &mut self.bytes[self.used..self.used + PIECE];
        self.used += PIECE;
        let mut taken = [0; PIECE];
        taken.swap_with_slice(piece);
        taken
    }
}
