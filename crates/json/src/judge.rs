//! Whether a text is fit to become a tree.

use crate::string::plain;

/// How deep arrays and objects may nest. A node of a document is two levels, and twenty nested
/// lists, deeper than people read, are eighty. `serde_json` itself stops at 128.
pub const MAX_DEPTH: usize = 100;

/// How many values a text may hold. A description in Jira has at most 32,767 characters; with a node
/// and a mark for each of them, that is six values each. As a tree they take some 20 MB.
pub const MAX_VALUES: usize = 250_000;

/// What keys begin with that mean something to `serde_json` itself, whoever wrote them: `RawValue`
/// with its feature `raw_value`, `Number` with `arbitrary_precision`.
const PRIVATE: &[u8] = b"$serde_json::private::";

/// How much a text may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How deep arrays and objects may nest.
    pub depth: usize,
    /// How many values there may be.
    pub values: usize,
}

/// Those of foreign texts.
impl Default for Bounds {
    fn default() -> Self {
        Self {
            depth: MAX_DEPTH,
            values: MAX_VALUES,
        }
    }
}

/// Why a text is not fit to become a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It nests too deep.
    #[error("nested deeper than {0} levels")]
    Deep(usize),
    /// It holds too many values.
    #[error("more than {0} values")]
    Large(usize),
    /// It has a key that is not for callers.
    #[error("a key that begins with $serde_json::private::, which the parser keeps for itself")]
    PrivateKey,
}

/// Judges a text, be it JSON or not: what is no JSON up to some place is judged up to there.
///
/// ```
/// use juncture_json::{MAX_DEPTH, Unfit, judge};
///
/// assert_eq!(judge(br#"{"a": ["$serde_json::private::RawValue"]}"#), Ok(()));
/// let key = br#"{"\u0024serde_json::private::RawValue": "1"}"#;
/// assert_eq!(judge(key), Err(Unfit::PrivateKey));
/// assert_eq!(judge("[".repeat(101).as_bytes()), Err(Unfit::Deep(MAX_DEPTH)));
/// ```
pub fn judge(text: &[u8]) -> Result<(), Unfit> {
    judge_within(text, Bounds::default())
}

/// The same with bounds of the caller's own.
pub fn judge_within(text: &[u8], most: Bounds) -> Result<(), Unfit> {
    let (mut depth, mut values) = (0_usize, 1_usize);
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'"' => {
                let literal = rest;
                rest = behind_string(literal);
                if is_private(literal) && is_key(rest) {
                    return Err(Unfit::PrivateKey);
                }
            }
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => continue,
        }
        if depth > most.depth {
            return Err(Unfit::Deep(most.depth));
        }
        if values > most.values {
            return Err(Unfit::Large(most.values));
        }
    }
    Ok(())
}

/// What comes behind the string that `text` begins in.
fn behind_string(mut text: &[u8]) -> &[u8] {
    loop {
        text = &text[plain(text)..];
        match text {
            [b'"', behind @ ..] => return behind,
            // What is escaped ends nothing.
            [_, _, behind @ ..] => text = behind,
            _ => return &[],
        }
    }
}

/// Whether the string that `literal` begins in begins with [`PRIVATE`], in any spelling: each
/// character may be written `\u0024`.
fn is_private(mut literal: &[u8]) -> bool {
    PRIVATE.iter().all(|wanted| {
        let (byte, behind) = match literal {
            [b'\\', b'u', a, b, c, d, behind @ ..] => {
                let digits = [*a, *b, *c, *d];
                let digits = str::from_utf8(&digits).unwrap_or_default();
                (u8::from_str_radix(digits, 16).ok(), behind)
            }
            [byte, behind @ ..] => (Some(*byte), behind),
            [] => (None, literal),
        };
        literal = behind;
        byte == Some(*wanted)
    })
}

/// Whether the string in front of `rest` is a key.
fn is_key(rest: &[u8]) -> bool {
    rest.trim_ascii_start().first() == Some(&b':')
}
