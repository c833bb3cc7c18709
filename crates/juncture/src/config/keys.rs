//! The encryption keys: configured, or in a key file that the first start makes beside the database.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretBox;

use super::database::Database;
use super::problems::Reader;
use crate::random;
use crate::seal::EncryptionKey;
use crate::store::folder_of;

/// The name of the key file, in the database's folder.
pub const KEY_FILE: &str = "juncture.key";

/// Where the encryption keys come from.
#[derive(Debug)]
pub enum KeySource {
    /// `JUNCTURE_ENCRYPTION_KEYS`; the first seals.
    Configured(Vec<EncryptionKey>),
    /// [`KEY_FILE`] in this folder, which is that of the SQLite file.
    File(PathBuf),
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or made.
    #[error("cannot {doing} the key file {path}: {reason}")]
    Io {
        /// `read` or `create`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        reason: std::io::Error,
    },
    /// Its content is not a key.
    #[error(
        "the key file {0} is broken: it must hold one line `id:base64-of-32-bytes`; restore it from a backup, since without it the stored tokens cannot be opened"
    )]
    Broken(PathBuf),
    /// The database has sealed tokens, the file that opens them is gone.
    #[error(
        "the key file {0} is missing, but the database holds tokens sealed with it; restore it from a backup, or set JUNCTURE_ENCRYPTION_KEYS to its content"
    )]
    Missing(PathBuf),
}

pub(super) fn read(reader: &mut Reader<'_>, database: &Database) -> KeySource {
    const NAME: &str = "JUNCTURE_ENCRYPTION_KEYS";
    let Some(text) = reader.text(NAME) else {
        return match database {
            Database::Sqlite(path) => KeySource::File(folder_of(path)),
            Database::Postgres(_) => {
                reader.problem(NAME, "is not set: what PostgreSQL stores is sealed with a key that only you have; keep a copy of it");
                KeySource::Configured(Vec::new())
            }
        };
    };
    let keys: Option<Vec<_>> = text.split(',').map(|part| parse(part.trim())).collect();
    let Some(keys) = keys else {
        reader.problem(NAME, "must be `id:base64-of-32-bytes`, several by commas; an id has 1 to 32 of A-Z a-z 0-9 . _ -");
        return KeySource::Configured(Vec::new());
    };
    let mut ids: Vec<_> = keys.iter().map(|key| &key.id).collect();
    ids.sort();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        reader.problem(NAME, "names two keys by the same id");
    }
    KeySource::Configured(keys)
}

fn parse(text: &str) -> Option<EncryptionKey> {
    let (id, secret) = text.split_once(':')?;
    let is_id = (1..=32).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let secret: [u8; 32] = STANDARD.decode(secret).ok()?.try_into().ok()?;
    is_id.then(|| EncryptionKey {
        id: id.to_owned(),
        secret: SecretBox::new(Box::new(secret)),
    })
}

/// A fresh key, as a variable or a key file holds it.
#[must_use]
pub fn generate() -> String {
    format!("k1:{}", STANDARD.encode(random::bytes::<32>()))
}

/// Reads the key file in `folder`, or `None` where there is none.
pub fn load(folder: &Path) -> Result<Option<EncryptionKey>, KeyFileError> {
    let path = folder.join(KEY_FILE);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let key = str::from_utf8(&bytes)
                .ok()
                .and_then(|text| parse(text.trim()));
            key.map(Some).ok_or(KeyFileError::Broken(path))
        }
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(KeyFileError::Io {
            doing: "read",
            path,
            reason,
        }),
    }
}

/// Makes a key file in `folder` that only its owner may read, durable before it is used.
pub fn create(folder: &Path) -> Result<EncryptionKey, KeyFileError> {
    let path = folder.join(KEY_FILE);
    let text = generate();
    let write = || {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        std::fs::File::open(folder)?.sync_all()
    };
    write().map_err(|reason| KeyFileError::Io {
        doing: "create",
        path,
        reason,
    })?;
    Ok(parse(&text).expect("a generated key parses"))
}
