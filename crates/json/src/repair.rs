//! What other programs get wrong in JSON without meaning anything by it, put right.
//!
//! Only a text that cannot be parsed as it is comes here, so that what is right costs nothing.

/// What stands where a character was that there is not.
const REPLACEMENT: &[u8] = br"\ufffd";

/// The text with its faults put right; none if it has none of these:
///
/// - a byte order mark in front (RFC 8259 §8.1 lets a parser pass over it);
/// - control characters in strings as they are, which §7 wants escaped: line ends and tabs become their
///   escapes, all others U+FFFD;
/// - half of a surrogate pair (§8.2), such as of an emoji that was cut in its middle: U+FFFD.
pub(crate) fn repaired(text: &[u8]) -> Option<Vec<u8>> {
    let bare = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut repaired = Vec::with_capacity(bare.len() + REPLACEMENT.len());
    let mut is_changed = bare.len() < text.len();
    let mut is_in_string = false;
    let mut rest = bare;
    while let Some((&byte, behind)) = rest.split_first() {
        let (part, replaced) = match byte {
            b'"' => {
                is_in_string = !is_in_string;
                (1, None)
            }
            b'\\' if is_in_string => escape(rest),
            0..0x20 if is_in_string => (1, Some(control(byte))),
            _ => (1, None),
        };
        match replaced {
            Some(replacement) => repaired.extend_from_slice(replacement),
            None => repaired.extend_from_slice(&rest[..part]),
        }
        is_changed |= replaced.is_some();
        rest = &behind[part - 1..];
    }
    is_changed.then_some(repaired)
}

fn control(byte: u8) -> &'static [u8] {
    match byte {
        b'\n' => br"\n",
        b'\r' => br"\r",
        b'\t' => br"\t",
        _ => REPLACEMENT,
    }
}

/// How long the escape is that `text` begins with, and what is to stand in its place.
fn escape(text: &[u8]) -> (usize, Option<&'static [u8]>) {
    match code_unit(text) {
        Some(0xd800..0xdc00) => match code_unit(&text[6..]) {
            Some(0xdc00..0xe000) => (12, None),
            _ => (6, Some(REPLACEMENT)),
        },
        Some(0xdc00..0xe000) => (6, Some(REPLACEMENT)),
        Some(_) => (6, None),
        None => (text.len().min(2), None),
    }
}

/// The UTF-16 code unit of the `\uXXXX` that `text` begins with.
fn code_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u16::from_str_radix(digits, 16).ok()
}
