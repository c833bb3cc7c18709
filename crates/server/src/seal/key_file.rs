//! The key file: the keys of a SQLite database, beside it, where none are configured.
//!
//! One key a line, the newest first. A change writes another file whole and renames it into place, so
//! that a crash leaves either the old file or the new one; who could read the old one can read the
//! new one. Losing a key is losing every connection that it seals.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use super::key::{EncryptionKey, next_id, parse_keys};

/// The name of the key file, in the database's folder.
pub const KEY_FILE: &str = "juncture.key";

/// A file that is written before it takes the key file's place.
const NEXT_KEY_FILE: &str = "juncture.key.next";

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The operating system refuses.
    #[error("cannot {doing} the key file {path}: {reason}")]
    Io {
        /// `read`, `create`, `lock` or `replace`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        reason: io::Error,
    },
    /// Its content is no list of keys.
    #[error(
        "the key file {0} is broken: it must hold lines `id:base64-of-32-bytes`, the newest key first, each id once; restore it from a backup, since without it the stored tokens cannot be opened"
    )]
    Broken(PathBuf),
    /// The database has sealed tokens, the file that opens them is gone.
    #[error(
        "the key file {0} is missing, but the database is sealed with it; restore it from a backup, or set JUNCTURE_ENCRYPTION_KEYS to its content"
    )]
    Missing(PathBuf),
    /// Others than its owner may read it, or write it.
    #[error(
        "others than its owner may use the key file {0} (its mode is {1:04o}): who reads it can open every stored token; run `chmod 600 {path}`", path = .0.display()
    )]
    Loose(PathBuf, u32),
    /// It is somebody else's, who can change it.
    #[error(
        "the key file {0} belongs to another user (id {1}), who can change it; run `chown {2} {path}` as root", path = .0.display()
    )]
    Foreign(PathBuf, u32, u32),
    /// Another process changes it.
    #[error("another process changes the key file {0}; let it finish")]
    Locked(PathBuf),
}

/// By what a file is told from the one that had its place before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    length: u64,
    modified: (i64, i64),
    mode: u32,
    owner: u32,
}

/// The key file of a folder.
#[derive(Debug, Clone)]
pub struct KeyFile {
    folder: PathBuf,
}

impl KeyFile {
    /// The key file of `folder`, whether or not it is there.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(KEY_FILE)
    }

    /// Reads the keys, the newest first; `None` where there is no file.
    pub fn read(&self) -> Result<Option<Vec<EncryptionKey>>, KeyFileError> {
        let mut file = match File::open(self.path()) {
            Ok(file) => file,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(reason) => return Err(self.refused("read", reason)),
        };
        let metadata = file.metadata();
        self.check_owner(&metadata.map_err(|reason| self.refused("read", reason))?)?;
        let mut bytes = Vec::new();
        let read = file.read_to_end(&mut bytes);
        read.map_err(|reason| self.refused("read", reason))?;
        let text = str::from_utf8(&bytes).ok();
        let keys = text.and_then(|text| parse_keys(text).ok());
        keys.map(Some)
            .ok_or_else(|| KeyFileError::Broken(self.path()))
    }

    /// Whether the file is ours alone. Root's is as good, and root may act for whoever has the folder.
    fn check_owner(&self, file: &Metadata) -> Result<(), KeyFileError> {
        let mode = file.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyFileError::Loose(self.path(), mode));
        }
        let us = rustix::process::geteuid().as_raw();
        let is_ours = [us, 0].contains(&file.uid());
        let for_whom = || fs::metadata(&self.folder).map(|folder| folder.uid());
        if is_ours || us == 0 && for_whom().is_ok_and(|owner| owner == file.uid()) {
            return Ok(());
        }
        Err(KeyFileError::Foreign(self.path(), file.uid(), us))
    }

    /// Makes the file, with a first key, for its owner alone; durable before it is used.
    pub fn create(&self) -> Result<(), KeyFileError> {
        let key = EncryptionKey::generate(next_id(&[]));
        let create = || {
            write(&self.path(), &[&key])?.sync_all()?;
            self.sync_folder()
        };
        create().map_err(|reason| self.refused("create", reason))
    }

    /// Keeps other processes from changing the file until the lock is dropped, or its process ends.
    pub fn lock(&self) -> Result<LockedKeyFile, KeyFileError> {
        let locked = File::open(&self.folder).map_err(|reason| self.refused("lock", reason))?;
        match locked.try_lock() {
            Ok(()) => Ok(LockedKeyFile {
                file: self.clone(),
                _folder: locked,
            }),
            Err(TryLockError::WouldBlock) => Err(KeyFileError::Locked(self.path())),
            Err(TryLockError::Error(reason)) => Err(self.refused("lock", reason)),
        }
    }

    /// The stamp of the file that is there.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let metadata = fs::metadata(self.path()).ok()?;
        Some(Stamp {
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            mode: metadata.mode(),
            owner: metadata.uid(),
        })
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    fn refused(&self, doing: &'static str, reason: io::Error) -> KeyFileError {
        KeyFileError::Io {
            doing,
            path: self.path(),
            reason,
        }
    }
}

/// A key file that no other process changes.
#[derive(Debug)]
pub struct LockedKeyFile {
    file: KeyFile,
    _folder: File,
}

impl LockedKeyFile {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    /// When it was last changed.
    pub fn changed_at(&self) -> Result<Timestamp, KeyFileError> {
        let modified = fs::metadata(self.path()).and_then(|metadata| metadata.modified());
        let modified = modified.map_err(|reason| self.file.refused("read", reason))?;
        Timestamp::try_from(modified)
            .map_err(|reason| self.file.refused("read", io::Error::other(reason)))
    }

    /// Puts a fresh key before the others: from now on it seals.
    pub fn add_key(&self) -> Result<(), KeyFileError> {
        let known = self.keys()?;
        let fresh = EncryptionKey::generate(next_id(&known));
        let keys: Vec<_> = std::iter::once(&fresh).chain(&known).collect();
        self.replace(&keys)
    }

    /// Takes all keys but the newest out of the file.
    pub fn forget_old_keys(&self) -> Result<(), KeyFileError> {
        let known = self.keys()?;
        self.replace(&[&known[0]])
    }

    fn keys(&self) -> Result<Vec<EncryptionKey>, KeyFileError> {
        let keys = self.file.read()?;
        keys.ok_or_else(|| KeyFileError::Missing(self.file.path()))
    }

    fn replace(&self, keys: &[&EncryptionKey]) -> Result<(), KeyFileError> {
        let path = self.file.path();
        let next = path.with_file_name(NEXT_KEY_FILE);
        let replace = || {
            // What a crash has left; no value is sealed with a key that is in it alone.
            match fs::remove_file(&next) {
                Err(refused) if refused.kind() != io::ErrorKind::NotFound => return Err(refused),
                _ => {}
            }
            let written = write(&next, keys)?;
            let (old, new) = (fs::metadata(&path)?, written.metadata()?);
            if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
                // Root rotates the keys of a server that runs as somebody else.
                fchown(&written, Some(old.uid()), Some(old.gid()))?;
            }
            written.set_permissions(old.permissions())?;
            written.sync_all()?;
            fs::rename(&next, &path)?;
            self.file.sync_folder()
        };
        replace().map_err(|reason| self.file.refused("replace", reason))
    }
}

/// Writes a new file that only its owner may read.
fn write(path: &Path, keys: &[&EncryptionKey]) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    for key in keys {
        writeln!(file, "{}", key.to_text().expose_secret())?;
    }
    Ok(file)
}
