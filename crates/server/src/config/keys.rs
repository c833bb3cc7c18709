//! `JUNCTURE_ENCRYPTION_KEYS`, or where the keys are instead.

use std::path::PathBuf;

use crate::environment::reader::Reader;
use crate::seal::{EncryptionKey, NoKeys, parse_keys};
use crate::store::folder_of;
use crate::store::settings::Database;

/// Where the encryption keys come from.
#[derive(Debug)]
pub enum KeySource {
    /// `JUNCTURE_ENCRYPTION_KEYS`; the first seals.
    Configured(Vec<EncryptionKey>),
    /// The [key file](crate::seal::KeyFile) in this folder, which is that of the SQLite file.
    File(PathBuf),
}

pub(crate) fn read(reader: &mut Reader<'_>, database: &Database) -> KeySource {
    const NAME: &str = "JUNCTURE_ENCRYPTION_KEYS";
    let problem = match (reader.text(NAME), database) {
        (Some(text), _) => match parse_keys(&text) {
            Ok(keys) => return KeySource::Configured(keys),
            Err(NoKeys::Malformed) => {
                "must be `id:base64-of-32-bytes`, several by commas; an id has 1 to 32 of A-Z a-z 0-9 . _ -"
            }
            Err(NoKeys::RepeatedId) => "names two keys by the same id",
        },
        (None, Database::Sqlite(path)) => return KeySource::File(folder_of(path)),
        (None, Database::Postgres(_)) => {
            "is not set: what PostgreSQL stores is sealed with a key that only you have; keep a copy of it"
        }
    };
    reader.problem(NAME, problem);
    KeySource::Configured(Vec::new())
}
