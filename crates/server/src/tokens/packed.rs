//! Access tokens as they are held: as short as they can be, to the last byte.
//!
//! Most are JSON Web Tokens, which are parts in base64 with dots between (RFC 7515 §7.1). What these stand for
//! takes three quarters of the memory, and to write it as base64 takes no longer than to copy a text that is in
//! no cache of the processor.

use std::sync::LazyLock;

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use base64::engine::GeneralPurpose as Base64;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use base64::engine::Simd as Base64;
use base64::engine::general_purpose::NO_PAD;
use base64::{Engine as _, encoded_len};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

/// How many parts a token may have: those that are encrypted have the most (RFC 7516 §7.1).
const MOST_PARTS: usize = 5;

/// Base64 for URLs, without padding, by those instructions of the processor that are quickest.
static BASE64: LazyLock<Base64> = LazyLock::new(|| {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    return Base64::url_safe(NO_PAD);
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    return Base64::new(&base64::alphabet::URL_SAFE, NO_PAD);
});

/// A token.
#[derive(Debug)]
pub(super) struct PackedToken {
    /// What its parts stand for, one after the other; where it has none, its text.
    bytes: SecretSlice<u8>,
    /// How long what each part stands for is.
    parts: [Option<u16>; MOST_PARTS],
}

impl PackedToken {
    /// Packs a token; one that has no parts in base64 stays as it is.
    pub(super) fn new(token: &SecretString) -> Self {
        let text = token.expose_secret();
        Self::of_parts(text).unwrap_or_else(|| Self {
            bytes: text.as_bytes().to_vec().into(),
            parts: [None; MOST_PARTS],
        })
    }

    fn of_parts(text: &str) -> Option<Self> {
        let mut parts = [None; MOST_PARTS];
        // Large enough for all that is written there: where it grows, a copy stays behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + MOST_PARTS));
        let mut lengths = parts.iter_mut();
        for part in text.split('.') {
            let before = bytes.len();
            BASE64.decode_vec(part, &mut bytes).ok()?;
            *lengths.next()? = Some(u16::try_from(bytes.len() - before).ok()?);
        }
        let bytes = bytes.as_slice().to_vec().into();
        let packed = Self { bytes, parts };
        // A token must not change by a bit, whatever else is taken for base64.
        let is_same = packed.text().expose_secret() == text;
        is_same.then_some(packed)
    }

    /// What it takes of the memory, in bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.expose_secret().len()
    }

    /// How long the token is, in bytes.
    pub(super) fn length(&self) -> usize {
        let parts = self.parts.iter().flatten();
        let with_dots = parts.map(|&part| written(part.into()) + 1);
        with_dots
            .sum::<usize>()
            .checked_sub(1)
            .unwrap_or_else(|| self.size())
    }

    /// The token.
    pub(super) fn text(&self) -> SecretString {
        let mut text = Vec::with_capacity(self.length());
        self.append_to(&mut text);
        String::from_utf8(text).expect("it was a text").into()
    }

    /// Appends the token to a text.
    pub(super) fn append_to(&self, text: &mut Vec<u8>) {
        let mut bytes = self.bytes.expose_secret();
        for (number, &part) in self.parts.iter().flatten().enumerate() {
            if number > 0 {
                text.push(b'.');
            }
            let (part, rest) = bytes.split_at(part.into());
            let before = text.len();
            text.resize(before + written(part.len()), 0);
            let encoded = BASE64.encode_slice(part, &mut text[before..]);
            encoded.expect("there is room for it");
            bytes = rest;
        }
        text.extend_from_slice(bytes);
    }
}

/// How long so many bytes are in base64.
fn written(bytes: usize) -> usize {
    encoded_len(bytes, false).expect("they are in memory")
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret as _, SecretString};

    use super::PackedToken;

    fn packed(text: &str) -> PackedToken {
        let packed = PackedToken::new(&SecretString::from(text));
        assert_eq!(packed.text().expose_secret(), text);
        assert_eq!(packed.length(), text.len());
        packed
    }

    #[test]
    fn parts_in_base64_take_three_quarters() {
        let part = |length: usize| "Zm9v_-Bh".chars().cycle().take(length).collect::<String>();
        for parts in [
            vec![2000],
            vec![40, 1200, 684],
            vec![40, 0, 16, 4000, 24],
            vec![0, 400],
        ] {
            let text = parts.iter().map(|&length| part(length));
            let text = text.collect::<Vec<_>>().join(".");
            assert_eq!(packed(&text).size(), parts.iter().sum::<usize>() / 4 * 3);
        }
    }

    #[test]
    fn no_token_changes() {
        let long = "eyJ".repeat(40_000);
        let six = ["YQ"; 6].join(".");
        for text in [
            "",
            ".",
            "..",
            "....",
            ".....",
            "a",
            "a.b.c",
            "YQ",
            "YQ==",
            // Bits that are not 0 where there should be none.
            "YR",
            "YQ.YR",
            "+/+/",
            "gho_16C7e42F292c6912E7710c838347Ae178B4a",
            "a token \"with\" \\ and é",
            "eyJh.eyJi.eyJ\n",
            &six,
            &long,
        ] {
            assert!(packed(text).size() <= text.len(), "{text}");
        }
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let printed = format!("{:?}", packed("c2VjcmV0.c2VjcmV0"));
        assert!(printed.contains("REDACTED"), "{printed}");
        assert!(!printed.contains("115"), "{printed}");
    }
}
