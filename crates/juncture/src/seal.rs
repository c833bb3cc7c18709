//! Sealing: every token is encrypted before it reaches the store, and opened only where it is used.
//!
//! AES-256-GCM with a random nonce. The name of the place (table, column, row) is the associated
//! data, so a sealed value that is moved to another row or column does not open. Each value carries
//! the id of its key: the first configured key seals, all of them open.
//!
//! Layout: `1 ‖ length of the key id ‖ key id ‖ nonce (12) ‖ ciphertext and tag (16)`.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};

/// The layout described above; another layout would take another number.
const VERSION: u8 = 1;

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

/// A sealed value, as it stands in the store.
#[derive(Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Sealed(Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl Sealed {
    /// Takes bytes that came from outside, such as an OAuth state. Whether they are sealed at all
    /// shows when they are opened.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store or to send.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn parts(&self) -> Option<(&str, [u8; NONCE_LEN], &[u8])> {
        let (&version, rest) = self.0.split_first()?;
        let (&id_length, rest) = rest.split_first()?;
        let (id, rest) = rest.split_at_checked(id_length.into())?;
        let (nonce, ciphertext) = rest.split_first_chunk()?;
        (version == VERSION).then_some((str::from_utf8(id).ok()?, *nonce, ciphertext))
    }
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SealError {
    /// The bytes do not have the layout of a sealed value.
    #[error("the sealed value is damaged")]
    Damaged,
    /// The value names a key that is not configured.
    #[error("the sealed value needs the encryption key `{0}`, which is not configured")]
    UnknownKey(String),
    /// Wrong key, altered bytes, or a value moved from another place.
    #[error("the sealed value does not open: its key, its bytes or its place is another")]
    Refused,
}

/// Seals and opens with the configured keys.
pub struct Sealer {
    keys: Vec<(String, RandomizedNonceKey)>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|(id, _)| id))
            .finish()
    }
}

impl Sealer {
    /// A sealer whose first key seals. `keys` must not be empty (the configuration refuses that).
    #[must_use]
    pub fn new(keys: &[EncryptionKey]) -> Self {
        assert!(!keys.is_empty(), "a sealer needs at least one key");
        let prepare = |key: &EncryptionKey| {
            let secret = RandomizedNonceKey::new(&AES_256_GCM, key.secret.expose_secret());
            (key.id.clone(), secret.expect("32 bytes are an AES-256 key"))
        };
        Self {
            keys: keys.iter().map(prepare).collect(),
        }
    }

    /// Seals `plain` for `place`.
    #[must_use]
    pub fn seal(&self, place: &Place, plain: &[u8]) -> Sealed {
        let (id, key) = &self.keys[0];
        let mut ciphertext = plain.to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(place.0.as_bytes()), &mut ciphertext)
            .expect("tokens are far below the 64 GiB that AES-GCM can seal at once");
        let id_length = u8::try_from(id.len()).expect("the configuration bounds key ids");
        let mut sealed = vec![VERSION, id_length];
        sealed.extend_from_slice(id.as_bytes());
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut ciphertext);
        Sealed(sealed)
    }

    /// Opens what was sealed for the same `place`.
    pub fn open(&self, place: &Place, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        let (id, nonce, ciphertext) = sealed.parts().ok_or(SealError::Damaged)?;
        let Some((_, key)) = self.keys.iter().find(|(known, _)| known == id) else {
            return Err(SealError::UnknownKey(id.to_owned()));
        };
        let mut opened = ciphertext.to_vec();
        let length = key
            .open_in_place(
                Nonce::from(&nonce),
                Aad::from(place.0.as_bytes()),
                &mut opened,
            )
            .map_err(|_| SealError::Refused)?
            .len();
        opened.truncate(length);
        Ok(opened)
    }

    /// Seals a token.
    #[must_use]
    pub fn seal_token(&self, place: &Place, token: &SecretString) -> Sealed {
        self.seal(place, token.expose_secret().as_bytes())
    }

    /// Opens a token.
    pub fn open_token(&self, place: &Place, sealed: &Sealed) -> Result<SecretString, SealError> {
        let plain = String::from_utf8(self.open(place, sealed)?).map_err(|_| SealError::Damaged)?;
        Ok(plain.into())
    }
}

/// Where a sealed value belongs. It opens nowhere else.
#[derive(Debug)]
pub struct Place(String);

impl Place {
    /// A column of one row of the store.
    #[must_use]
    pub fn column(table: &str, column: &str, row: impl fmt::Display) -> Self {
        Self(format!("juncture/{table}.{column}/{row}"))
    }

    /// An entry of the cache that replicas share.
    #[must_use]
    pub fn cached(name: &str) -> Self {
        Self(format!("juncture/cache/{name}"))
    }

    /// A value that travels outside the store, such as the OAuth state.
    #[must_use]
    pub fn message(kind: &str) -> Self {
        Self(format!("juncture/message/{kind}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, byte: u8) -> EncryptionKey {
        EncryptionKey {
            id: id.to_owned(),
            secret: SecretBox::new(Box::new([byte; 32])),
        }
    }

    #[test]
    fn opens_only_in_its_place() {
        let sealer = Sealer::new(&[key("a", 1)]);
        let here = Place::column("connection", "refresh_token", 1);
        let sealed = sealer.seal(&here, b"token");
        assert_eq!(sealer.open(&here, &sealed).unwrap(), b"token");
        for elsewhere in [
            Place::column("connection", "refresh_token", 2),
            Place::column("connection", "access_token", 1),
            Place::message("state"),
        ] {
            assert!(matches!(
                sealer.open(&elsewhere, &sealed),
                Err(SealError::Refused)
            ));
        }
    }

    #[test]
    fn newest_key_seals_and_all_keys_open() {
        let place = Place::message("state");
        let old = Sealer::new(&[key("old", 1)]).seal(&place, b"x");
        let both = Sealer::new(&[key("new", 2), key("old", 1)]);
        assert_eq!(both.open(&place, &old).unwrap(), b"x");
        let new = both.seal(&place, b"x");
        assert!(matches!(
            Sealer::new(&[key("old", 1)]).open(&place, &new),
            Err(SealError::UnknownKey(id)) if id == "new"
        ));
        assert!(matches!(
            Sealer::new(&[key("new", 9)]).open(&place, &new),
            Err(SealError::Refused)
        ));
    }

    #[test]
    fn every_altered_or_shortened_value_is_refused_without_panic() {
        let sealer = Sealer::new(&[key("a", 1)]);
        let place = Place::message("state");
        let sealed = sealer.seal(&place, b"token");
        for index in 0..sealed.0.len() {
            let mut altered = sealed.clone();
            altered.0[index] ^= 1;
            assert!(
                sealer.open(&place, &altered).is_err(),
                "byte {index} altered"
            );
            let shortened = Sealed::from_bytes(sealed.0[..index].to_vec());
            assert!(sealer.open(&place, &shortened).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn equal_tokens_seal_differently() {
        let sealer = Sealer::new(&[key("a", 1)]);
        let place = Place::message("state");
        assert_ne!(sealer.seal(&place, b"x"), sealer.seal(&place, b"x"));
    }
}
