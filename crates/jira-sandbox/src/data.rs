//! The file in which a sandbox outlives its process.
//!
//! It holds everything but two logs (requests and violations) and the token buckets of rate limits,
//! which are full again in a second. It is written before a request that may have changed something
//! is answered, so that no client holds a token that a killed sandbox forgot, and once more at the
//! end.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Grows when an older file would be misread.
const VERSION: u32 = 2;

/// The file as it is written and read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents<S> {
    sandbox_version: u32,
    state: S,
}

/// Where a sandbox keeps its state.
pub(crate) struct DataFile {
    path: PathBuf,
    /// Held while the file is written, so that no older state replaces a newer one.
    turn: Mutex<()>,
}

impl DataFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            turn: Mutex::new(()),
        }
    }

    /// The state in the file, or `None` where there is no file yet. `restore` makes it ready, and
    /// tells whether it is whole.
    pub(crate) fn load<S: DeserializeOwned>(
        &self,
        restore: impl FnOnce(&mut S) -> bool,
    ) -> io::Result<Option<S>> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let refuse = |why: String| {
            let path = self.path.display();
            let sentence = format!("{path} is not a file that this sandbox has written: {why}");
            io::Error::new(io::ErrorKind::InvalidData, sentence)
        };
        let version = read_version(&bytes).map_err(|error| refuse(error.to_string()))?;
        if version != VERSION {
            return Err(refuse(format!(
                "its version is {version}, and not {VERSION}"
            )));
        }
        let contents: Contents<S> = parse(&bytes).map_err(|error| refuse(error.to_string()))?;
        let mut state = contents.state;
        if !restore(&mut state) {
            return Err(refuse("it refers to rows that it does not have".to_owned()));
        }
        Ok(Some(state))
    }

    /// Writes the state that `take` makes into a new file, which then takes the place of the old.
    pub(crate) fn write(&self, take: impl FnOnce() -> Vec<u8>) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = beside(&self.path);
        let mut file = File::create(&fresh)?;
        file.write_all(&take())?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)
    }
}

/// The state as it stands in the file.
pub(crate) fn encode(state: &impl Serialize) -> Vec<u8> {
    let contents = Contents {
        sandbox_version: VERSION,
        state,
    };
    serde_json::to_vec(&contents).expect("rows have texts for keys, and no number that JSON lacks")
}

fn read_version(bytes: &[u8]) -> serde_json::Result<u32> {
    #[derive(Deserialize)]
    struct Head {
        sandbox_version: u32,
    }
    let head: Head = parse(bytes)?;
    Ok(head.sandbox_version)
}

/// Reads what a sandbox has written, which may have more values than foreign JSON.
#[expect(
    clippy::disallowed_methods,
    reason = "everything in it came in by the door"
)]
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(bytes)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}
