//! `juncture rotate-key`: everything that is sealed in the store is sealed again with the newest key.
//!
//! Servers go on meanwhile. With configured keys the operator has put the new one first; with a key
//! file the new key is made here, and servers follow the file. A rotation that was killed goes on
//! where it stopped when it is run again. What it does not do is restart or tell a server.

mod passes;

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;

use crate::config::{Config, KeySource};
use crate::seal::{KeyFile, KeyFileError, LockedKeyFile, Sealer};
use crate::server::{self, StartError};
use crate::store::settings::Database;
use crate::store::{Store, StoreError};
use passes::Passes;

/// How long the key file must have had its newest key before it may forget the others: longer than
/// an OAuth state lives, and than anything takes from being sealed to being stored.
const YOUNGEST: SignedDuration = SignedDuration::from_mins(15);

/// Why a rotation did not come to its end. What it has done is done; it can be run again.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// There is nothing to rotate the keys of.
    #[error("there is no database {0}")]
    NoDatabase(PathBuf),
    /// The keys are not in a file of ours.
    #[error("the keys are those of JUNCTURE_ENCRYPTION_KEYS: take an old one out there")]
    ConfiguredKeys,
    /// The keys or the database.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// Some values stay as they were; they have been told.
    #[error("{0} stored values do not open; they were left as they are, and all others are done")]
    Unopened(usize),
    /// Values keep coming that another key has sealed.
    #[error(
        "a server goes on sealing with another key than `{0}`; restart it with that key first in JUNCTURE_ENCRYPTION_KEYS, then run this again"
    )]
    Unsettled(String),
    /// Old keys may still be about to be used.
    #[error("the newest key is too young for the others to be forgotten; run this again after {0}")]
    TooYoung(Timestamp),
}

/// Seals everything again with the newest key. In a key file that holds one key, a new one is made
/// first; with `forget_old`, the key file then loses all others instead. `say` gets a line at a time.
pub async fn rotate(
    config: &Config,
    clock: &dyn Clock,
    forget_old: bool,
    say: impl Fn(&str),
) -> Result<(), RotationError> {
    if let Database::Sqlite(path) = &config.database
        && !path.exists()
    {
        return Err(RotationError::NoDatabase(path.clone()));
    }
    // Of two rotations at once each would make a key, and the file would keep one of them.
    let file = match &config.keys {
        KeySource::Configured(_) if forget_old => return Err(RotationError::ConfiguredKeys),
        KeySource::Configured(_) => None,
        KeySource::File(folder) => Some(KeyFile::of(folder).lock()?),
    };
    let store = Store::open(&config.database).await?;
    let (sealer, _) = server::open_keys(&config.keys, &store).await?;
    if let Some(file) = &file
        && !forget_old
        && sealer.key_ids().len() == 1
    {
        file.add_key()?;
        say(&format!(
            "made a new key in {}; keep a copy of that file",
            file.path().display()
        ));
    }
    let passes = Passes {
        store: &store,
        sealer: &sealer,
        clock,
        say: &say,
    };
    passes.run().await?;
    store.close().await;
    match &file {
        Some(file) if forget_old => forget(file, &sealer, clock, &say),
        _ => {
            tell_old_keys(file.as_ref(), &sealer, &say);
            Ok(())
        }
    }
}

/// Takes the old keys out of the file, which nothing in the store needs any more.
fn forget(
    file: &LockedKeyFile,
    sealer: &Sealer,
    clock: &dyn Clock,
    say: &impl Fn(&str),
) -> Result<(), RotationError> {
    let ids = sealer.key_ids();
    let old = list(&ids[1..]);
    let path = file.path();
    let path = path.display();
    if old.is_empty() {
        say(&format!("nothing to forget: {path} holds no other key"));
        return Ok(());
    }
    let old_enough_at = file.changed_at()? + YOUNGEST;
    if clock.now() < old_enough_at {
        return Err(RotationError::TooYoung(old_enough_at));
    }
    file.forget_old_keys()?;
    say(&format!("{path} no longer holds {old}"));
    Ok(())
}

/// What may become of the keys that nothing in the store needs any more.
fn tell_old_keys(file: Option<&LockedKeyFile>, sealer: &Sealer, say: &impl Fn(&str)) {
    let ids = sealer.key_ids();
    let old = list(&ids[1..]);
    match file {
        _ if old.is_empty() => {}
        Some(file) => say(&format!(
            "{} still holds {old}; `juncture rotate-key --forget-old` takes that out of it, and only then will a rotation make the next key",
            file.path().display()
        )),
        None => say(&format!(
            "once every server has `{}` first in JUNCTURE_ENCRYPTION_KEYS, {old} can be taken out of it",
            ids[0]
        )),
    }
}

fn list(ids: &[String]) -> String {
    let quoted: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
    quoted.join(", ")
}
