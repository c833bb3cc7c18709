//! The keys in use: the configured ones, or those of the key file, which it follows while the process
//! runs, so that a rotation needs no restart.
//!
//! A key that has been read once stays until the process ends, whatever becomes of the file.

use std::sync::{Arc, RwLock};

use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use secrecy::{ExposeSecret as _, SecretBox};

use super::key::EncryptionKey;
use super::key_file::{KeyFile, KeyFileError, Stamp};

/// A key, ready to seal and to open.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) cipher: LessSafeKey,
    secret: SecretBox<[u8; 32]>,
}

impl Key {
    fn new(key: &EncryptionKey) -> Arc<Self> {
        let secret = key.secret.expose_secret();
        let cipher = UnboundKey::new(&AES_256_GCM, secret);
        Arc::new(Self {
            id: key.id.clone(),
            cipher: LessSafeKey::new(cipher.expect("32 bytes are an AES-256 key")),
            secret: SecretBox::new(Box::new(*secret)),
        })
    }

    fn is(&self, key: &EncryptionKey) -> bool {
        self.secret.expose_secret() == key.secret.expose_secret()
    }
}

/// The keys, the newest first.
pub(super) struct Keyring {
    keys: RwLock<Keys>,
    file: Option<KeyFile>,
}

struct Keys {
    /// Never empty.
    newest_first: Vec<Arc<Key>>,
    /// The key file as it was when it was last read.
    stamp: Option<Stamp>,
}

impl Keyring {
    /// Keys that stay as they are. There must be one.
    pub(super) fn of_keys(keys: &[EncryptionKey]) -> Self {
        Self::new(keys, None, None)
    }

    /// The keys of a key file, if it is there.
    pub(super) fn of_file(file: KeyFile) -> Result<Option<Self>, KeyFileError> {
        // The stamp first: a file that is replaced in between is read once more.
        let stamp = file.stamp();
        let keys = file.read()?;
        Ok(keys.map(|keys| Self::new(&keys, stamp, Some(file))))
    }

    fn new(keys: &[EncryptionKey], stamp: Option<Stamp>, file: Option<KeyFile>) -> Self {
        assert!(!keys.is_empty(), "sealing needs at least one key");
        let keys = Keys {
            newest_first: keys.iter().map(Key::new).collect(),
            stamp,
        };
        Self {
            keys: RwLock::new(keys),
            file,
        }
    }

    /// The ids of all keys, the newest first.
    pub(super) fn ids(&self) -> Vec<String> {
        self.follow_file();
        self.read(|keys| keys.newest_first.iter().map(|key| key.id.clone()).collect())
    }

    /// The key that seals. Looks at the key file first: what an old key seals after a rotation would
    /// be lost with that key.
    pub(super) fn newest(&self) -> Arc<Key> {
        self.follow_file();
        self.read(|keys| keys.newest_first[0].clone())
    }

    /// The key of an id. Looks at the key file only where the id is not known.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Key>> {
        self.find_known(id).or_else(|| {
            self.follow_file();
            self.find_known(id)
        })
    }

    fn find_known(&self, id: &str) -> Option<Arc<Key>> {
        self.read(|keys| keys.newest_first.iter().find(|key| key.id == id).cloned())
    }

    fn read<T>(&self, of: impl FnOnce(&Keys) -> T) -> T {
        of(&self.keys.read().expect("no holder of this lock panics"))
    }

    /// Reads the key file if it is another one than before. What is wrong with it is told once; the
    /// keys at hand go on working.
    fn follow_file(&self) {
        let Some(file) = &self.file else { return };
        let stamp = file.stamp();
        if self.read(|keys| keys.stamp == stamp) {
            return;
        }
        let mut keys = self.keys.write().expect("no holder of this lock panics");
        let path = file.path();
        let path = path.display();
        match file.read() {
            Ok(Some(read)) => match keys.merge(&read) {
                Ok(()) => {
                    tracing::info!(%path, seals = keys.newest_first[0].id, "the key file has changed");
                }
                Err(id) => {
                    tracing::error!(%path, id, "the key file has another key by an id that is in use; it is not read");
                }
            },
            Ok(None) => {
                tracing::error!(%path, "the key file is gone; restore it, or the next start loses every stored token");
            }
            // A moment later it may be readable: it is not taken for read.
            Err(error @ KeyFileError::Io { .. }) => {
                return tracing::error!(%error, "the keys at hand stay in use");
            }
            Err(error) => tracing::error!(%error, "the keys at hand stay in use"),
        }
        keys.stamp = stamp;
    }
}

impl Keys {
    /// Takes the order of `read`, and keeps behind it what is known and no longer there. The id in
    /// the error stands for another key than before.
    fn merge(&mut self, read: &[EncryptionKey]) -> Result<(), String> {
        let mut known = self.newest_first.clone();
        let mut merged = Vec::with_capacity(known.len() + 1);
        for key in read {
            let position = known.iter().position(|known| known.id == key.id);
            match position.map(|position| known.remove(position)) {
                Some(known) if known.is(key) => merged.push(known),
                Some(known) => return Err(known.id.clone()),
                None => merged.push(Key::new(key)),
            }
        }
        merged.append(&mut known);
        self.newest_first = merged;
        Ok(())
    }
}
