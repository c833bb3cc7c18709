//! Sealing: every token is encrypted before it reaches the store, and opened only where it is used.
//!
//! AES-256-GCM with a random nonce. The place (table, column, row) and the owner of the row (project,
//! provider, external id) are the associated data, so a sealed value that is moved to another row or column, or
//! whose row is given to somebody else, does not open. Each value carries the id of its key: the newest
//! key seals, all of them open.
//!
//! Layout: `1 ‖ length of the key id ‖ key id ‖ nonce (12) ‖ ciphertext and tag (16)`.

mod key;
mod key_file;
mod keyring;
mod sealed;

use std::fmt;

use ring::aead::{Aad, Nonce};
use secrecy::{ExposeSecret as _, SecretString};

pub use key::{EncryptionKey, NoKeys, generate, next_id, parse_keys};
pub use key_file::{KEY_FILE, KeyFile, KeyFileError, LockedKeyFile};
pub use sealed::{Owner, Place, SealError, Sealed, Unopenable};

use crate::random;

use keyring::Keyring;

/// Seals and opens: the one door to the encryption keys.
pub struct Sealer(Keyring);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sealer").field(&self.key_ids()).finish()
    }
}

impl Sealer {
    /// A sealer with these keys, the newest first. `keys` must not be empty (the configuration
    /// refuses that).
    #[must_use]
    pub fn new(keys: &[EncryptionKey]) -> Self {
        Self(Keyring::of_keys(keys))
    }

    /// A sealer with the keys of a key file, whose changes it follows; `None` where there is no file.
    pub fn of_file(file: KeyFile) -> Result<Option<Self>, KeyFileError> {
        Ok(Keyring::of_file(file)?.map(Self))
    }

    /// The ids of all keys, the newest first.
    #[must_use]
    pub fn key_ids(&self) -> Vec<String> {
        self.0.ids()
    }

    /// How every value that `key_id` has sealed begins, and no other value.
    #[must_use]
    pub fn beginning(key_id: &str) -> Vec<u8> {
        sealed::beginning(key_id)
    }

    /// Seals `plain` for `place` with the newest key.
    #[must_use]
    pub fn seal(&self, place: &Place, plain: &[u8]) -> Sealed {
        let key = self.0.newest();
        let mut ciphertext = plain.to_vec();
        // This is the only place that makes a nonce, and each is a fresh one.
        let nonce = random::bytes();
        key.cipher
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.associated_data()),
                &mut ciphertext,
            )
            .expect("tokens are far below the 64 GiB that AES-GCM can seal at once");
        Sealed::of_parts(&key.id, &nonce, &ciphertext)
    }

    /// Opens what was sealed for the same `place`.
    pub fn open(&self, place: &Place, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        self.try_open(place, sealed).map_err(|reason| SealError {
            place: place.clone(),
            reason,
        })
    }

    fn try_open(&self, place: &Place, sealed: &Sealed) -> Result<Vec<u8>, Unopenable> {
        let (id, nonce, ciphertext) = sealed.parts().ok_or(Unopenable::Damaged)?;
        let key = self.0.find(id);
        let key = key.ok_or_else(|| Unopenable::UnknownKey(id.to_owned()))?;
        let mut opened = ciphertext.to_vec();
        let length = key
            .cipher
            .open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.associated_data()),
                &mut opened,
            )
            .map_err(|_| Unopenable::Refused)?
            .len();
        opened.truncate(length);
        Ok(opened)
    }

    /// Seals again, with the newest key, what was sealed for the same `place`.
    pub fn reseal(&self, place: &Place, sealed: &Sealed) -> Result<Sealed, SealError> {
        Ok(self.seal(place, &self.open(place, sealed)?))
    }

    /// Seals a token.
    #[must_use]
    pub fn seal_token(&self, place: &Place, token: &SecretString) -> Sealed {
        self.seal(place, token.expose_secret().as_bytes())
    }

    /// Opens a token.
    pub fn open_token(&self, place: &Place, sealed: &Sealed) -> Result<SecretString, SealError> {
        let plain = String::from_utf8(self.open(place, sealed)?).map_err(|_| SealError {
            place: place.clone(),
            reason: Unopenable::Damaged,
        })?;
        Ok(plain.into())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretBox;

    use super::*;
    use crate::project::ProjectId;

    fn key(id: &str, byte: u8) -> EncryptionKey {
        EncryptionKey {
            id: id.to_owned(),
            secret: SecretBox::new(Box::new([byte; 32])),
        }
    }

    #[test]
    fn opens_only_in_its_place() {
        let sealer = Sealer::new(&[key("a", 1)]);
        let place = |name: &str, owner| Place::stored(name.to_owned(), owner);
        let owner_in = |project, provider, external_id| {
            Some(Owner {
                project,
                provider,
                external_id,
            })
        };
        let owner = |provider, external_id| owner_in(ProjectId::DEFAULT, provider, external_id);
        let another = ProjectId::of(uuid::Uuid::max());
        let ada = owner("jira", "ada");
        let here = place("connection.refresh_token/1", ada);
        let sealed = sealer.seal(&here, b"token");
        assert_eq!(sealer.open(&here, &sealed).unwrap(), b"token");
        for elsewhere in [
            place("connection.refresh_token/2", ada),
            place("connection.access_token/1", ada),
            place("connection.refresh_token/1", owner("jira", "bob")),
            place("connection.refresh_token/1", owner("jir", "aada")),
            place(
                "connection.refresh_token/1",
                owner_in(another, "jira", "ada"),
            ),
            place("connection.refresh_token/1", None),
            Place::message("state"),
        ] {
            let refused = sealer.open(&elsewhere, &sealed).unwrap_err();
            assert_eq!(refused.reason, Unopenable::Refused);
        }
    }

    #[test]
    fn newest_key_seals_and_all_keys_open() {
        let place = Place::message("state");
        let old = Sealer::new(&[key("old", 1)]).seal(&place, b"x");
        let both = Sealer::new(&[key("new", 2), key("old", 1)]);
        assert_eq!(both.open(&place, &old).unwrap(), b"x");
        let new = both.reseal(&place, &old).unwrap();
        assert!(new.as_bytes().starts_with(&Sealer::beginning("new")));
        let why = |keys: &[EncryptionKey]| {
            let refused = Sealer::new(keys).open(&place, &new);
            refused.unwrap_err().reason
        };
        let unknown = Unopenable::UnknownKey("new".to_owned());
        assert_eq!(why(&[key("old", 1)]), unknown);
        assert_eq!(why(&[key("new", 9)]), Unopenable::Refused);
    }

    #[test]
    fn every_altered_or_shortened_value_is_refused_without_panic() {
        let sealer = Sealer::new(&[key("a", 1)]);
        let place = Place::message("state");
        let sealed = sealer.seal(&place, b"token");
        let bytes = sealed.as_bytes();
        for index in 0..bytes.len() {
            let mut altered = bytes.to_vec();
            altered[index] ^= 1;
            let altered = Sealed::from_bytes(altered);
            assert!(
                sealer.open(&place, &altered).is_err(),
                "byte {index} altered"
            );
            let shortened = Sealed::from_bytes(bytes[..index].to_vec());
            assert!(sealer.open(&place, &shortened).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn what_another_library_has_sealed_opens() {
        // By OpenSSL: AES-256-GCM with this key and nonce, and `juncture/message/state` beside it.
        let sealed: Vec<u8> = [
            b"\x01\x01a".as_slice(),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
            b"\xcf\xc9\xfe\x43\x4e\x4e\xb8\x39\x00\x8d\xdf\xb9\x60\xad\x31\x22\x5e\xa8\x85\xf2\xac",
        ]
        .concat();
        let opened =
            Sealer::new(&[key("a", 1)]).open(&Place::message("state"), &Sealed::from_bytes(sealed));
        assert_eq!(opened.unwrap(), b"token");
    }

    #[test]
    fn equal_tokens_seal_differently() {
        let sealer = Sealer::new(&[key("a", 1)]);
        let place = Place::message("state");
        assert_ne!(sealer.seal(&place, b"x"), sealer.seal(&place, b"x"));
    }
}
