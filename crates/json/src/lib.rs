//! The one door through which foreign JSON becomes data.
//!
//! A parser of ours must not be ended by what it reads. `serde_json` bounds the depth of what it
//! reads at 128 levels, but not in all cases: with its feature `raw_value`, which `sqlx` turns on
//! for the whole program, an object whose first key is `$serde_json::private::RawValue` makes a
//! [`Value`](serde_json::Value) parse the *text* behind that key anew, on the same stack and with
//! the whole depth again. Some 17 kB of such texts within each other overflow the stack of a worker,
//! which ends the process. And a `Value` takes some seventy bytes for an element of two.
//!
//! So a text is judged before it is parsed, from left to right and in no memory of its own:
//! [`judge()`] refuses what is nested too deep, has too many values, or uses a private key in
//! whatever spelling. `clippy.toml` refuses every other way to read JSON.

pub mod beside;
mod judge;
mod readable;
mod repair;
pub mod split;
mod string;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use judge::{Bounds, MAX_DEPTH, MAX_VALUES, Unfit, judge, judge_within};
pub use readable::readable;

/// Why a text is not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not fit to become a tree.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It is no JSON, or other JSON than was expected. The sentence may quote the text.
    #[error(transparent)]
    Parser(#[from] serde_json::Error),
}

/// Reads a text as any type, after it has been [judged](judge()).
///
/// How long it may be is the caller's part, who has it in memory already.
pub fn decode<T: DeserializeOwned>(text: impl AsRef<[u8]>) -> Result<T, Error> {
    decode_within(text, Bounds::default())
}

/// The same with bounds of the caller's own: for long lists from somebody who is trusted with our memory.
pub fn decode_within<T: DeserializeOwned>(
    text: impl AsRef<[u8]>,
    most: Bounds,
) -> Result<T, Error> {
    let text = text.as_ref();
    judge_within(text, most)?;
    parse(text, |text| judge_within(text, most))
}

/// The same as a type whose texts stay where they stand: in `text`, or in `repaired`, which has it where
/// it had to be put right.
pub fn decode_in_place<'t, T: Deserialize<'t>>(
    text: &'t str,
    repaired: &'t mut Option<Vec<u8>>,
) -> Result<T, Error> {
    judge(text.as_bytes())?;
    parse_in_place(text.as_bytes(), repaired, judge)
}

/// Reads a text of any depth and length as a type that builds no tree: its named members, with
/// what is foreign in them as [`RawValue`](serde_json::value::RawValue) or left out.
///
/// So one unfit part does not take the whole with it. Never for a type with a `Value` in it: use
/// [`decode`] there, also for each part that is to become one.
pub fn decode_parts<T: DeserializeOwned>(text: impl AsRef<[u8]>) -> Result<T, Error> {
    parse(text.as_ref(), |_| Ok(()))
}

fn parse<T: DeserializeOwned>(
    text: &[u8],
    judge: impl FnOnce(&[u8]) -> Result<(), Unfit>,
) -> Result<T, Error> {
    parse_in_place(text, &mut None, judge)
}

/// Parses a text; one that is no JSON once more, if that is for faults that mean nothing and `judge`
/// takes it without them. What other programs cut or copied is so read as they meant it.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn parse_in_place<'t, T: Deserialize<'t>>(
    text: &'t [u8],
    place: &'t mut Option<Vec<u8>>,
    judge: impl FnOnce(&[u8]) -> Result<(), Unfit>,
) -> Result<T, Error> {
    // Of what is UTF-8 as a whole not each text must be looked at by itself.
    let parsed = match str::from_utf8(text) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(text),
    };
    let refused = match parsed {
        Err(refused) if refused.is_syntax() => refused,
        other => return other.map_err(Error::from),
    };
    let Some(repaired) = repair::repaired(text) else {
        return Err(refused.into());
    };
    judge(&repaired)?;
    serde_json::from_slice(place.insert(repaired)).map_err(Error::from)
}
