//! Strings in a text, which most of it is in.

/// How many bytes of a string come before its end or its next escape: all, where there is neither.
///
/// Eight are looked at together, as `serde_json` does: in a number of eight bytes a byte of zero is found by
/// some sums (Warren, *Hacker's Delight*, §6-1).
pub(crate) fn plain(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let ends = ends(u64::from_le_bytes(*word));
        if ends != 0 {
            let within = ends.trailing_zeros() / u8::BITS;
            return at * 8 + usize::try_from(within).expect("it is within eight");
        }
    }
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    words.len() * 8 + end.unwrap_or(rest.len())
}

/// The uppermost bit of each byte that ends what is plain. A byte above one of them may have it wrongly, none
/// below.
fn ends(word: u64) -> u64 {
    zeros(word ^ every(b'"')) | zeros(word ^ every(b'\\'))
}

fn zeros(word: u64) -> u64 {
    word.wrapping_sub(every(1)) & !word & every(0x80)
}

fn every(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_is_plain_ends_at_the_first_quote_or_backslash() {
        for length in 0..40 {
            for around in [b'a', b'!', b'#', b'[', b']', 0x80, 0xff, 0] {
                let mut text = vec![around; length];
                assert_eq!(plain(&text), length);
                for first in (0..length).rev() {
                    for end in *b"\"\\" {
                        text[first] = end;
                        assert_eq!(plain(&text), first, "{text:?}");
                    }
                }
            }
        }
    }
}
