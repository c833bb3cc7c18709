//! An encryption key, and how it is written: `id:base64-of-32-bytes`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretBox, SecretString};

use crate::random;

/// A key of 32 bytes and the id under which sealed values name it.
pub struct EncryptionKey {
    /// 1 to 32 characters of `A-Z a-z 0-9 . _ -`; written in clear in front of each sealed value.
    pub id: String,
    /// The AES-256 key itself.
    pub secret: SecretBox<[u8; 32]>,
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl EncryptionKey {
    /// A fresh key.
    #[must_use]
    pub fn generate(id: String) -> Self {
        Self {
            id,
            secret: SecretBox::new(Box::new(random::bytes())),
        }
    }

    /// The key as a variable or a key file holds it.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let secret = STANDARD.encode(self.secret.expose_secret());
        format!("{}:{secret}", self.id).into()
    }

    fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_once(':')?;
        let is_id = (1..=32).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        let secret: [u8; 32] = STANDARD.decode(secret).ok()?.try_into().ok()?;
        is_id.then(|| Self {
            id: id.to_owned(),
            secret: SecretBox::new(Box::new(secret)),
        })
    }
}

/// Why a text is no list of keys. The text itself is secret and not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKeys {
    /// A part of it is no key.
    Malformed,
    /// Two keys have the same id.
    RepeatedId,
}

/// Reads keys that stand one a line or between commas, the newest first; at least one.
pub fn parse_keys(text: &str) -> Result<Vec<EncryptionKey>, NoKeys> {
    let parts = text.trim().split([',', '\n']);
    let keys: Option<Vec<_>> = parts
        .map(|part| EncryptionKey::parse(part.trim()))
        .collect();
    let keys = keys.ok_or(NoKeys::Malformed)?;
    let mut ids: Vec<_> = keys.iter().map(|key| &key.id).collect();
    ids.sort();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(NoKeys::RepeatedId);
    }
    Ok(keys)
}

/// An id that none of `keys` has, nor any key before them had: `k` and the next number.
#[must_use]
pub fn next_id(keys: &[EncryptionKey]) -> String {
    let numbers = keys
        .iter()
        .filter_map(|key| key.id.strip_prefix('k')?.parse::<u32>().ok());
    let next = numbers.max().unwrap_or(0).saturating_add(1);
    format!("k{next}")
}

/// A fresh key, as `JUNCTURE_ENCRYPTION_KEYS` holds it.
#[must_use]
pub fn generate() -> String {
    let key = EncryptionKey::generate(next_id(&[]));
    key.to_text().expose_secret().to_owned()
}
