//! The files of a SQLite database: for their owner alone, and the same ones for as long as they are
//! open. SQLite would go on writing into files that were deleted or replaced under it, where nobody
//! finds what it wrote.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{Result, StoreError};

/// The file as it is configured, its write-ahead log and the index of that.
#[derive(Debug)]
pub(super) struct Files {
    files: [File; 3],
    is_lost: AtomicBool,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// None if it was not there when the database had been opened; then it is not watched.
    identity: Option<Identity>,
}

/// By what a file is told from another one that takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

/// The folder in which the database, and beside it the key file, stand.
#[must_use]
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes the file and its folder, where they are not there, for their owner alone; SQLite gives the
/// file's mode to those beside it. Takes the rights of others from files of an earlier version.
pub(super) fn prepare(path: &Path) -> Result<()> {
    let folder = folder_of(path);
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder);
    made.map_err(|reason| StoreError::Folder { folder, reason })?;
    // Never opened if it is there: to close it would end the locks that this process has on it.
    let mut new = OpenOptions::new();
    match new.write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => {}
        Err(there) if there.kind() == io::ErrorKind::AlreadyExists => {}
        Err(refused) => {
            return Err(StoreError::Open {
                database: path.display().to_string(),
                reason: refused.to_string(),
            });
        }
    }
    for path in paths(path) {
        if let Err(error) = close_to_others(&path) {
            let path = path.display();
            tracing::warn!(%path, %error, "others than its owner may read the file, and it cannot be changed");
        }
    }
    Ok(())
}

fn close_to_others(path: &Path) -> io::Result<()> {
    let mode = match fs::metadata(path) {
        Ok(file) if file.is_file() => file.permissions().mode(),
        Ok(_) => return Ok(()),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(refused) => return Err(refused),
    };
    if mode & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// SQLite looks for the others beside the file itself, not beside a link to it.
fn paths(path: &Path) -> [PathBuf; 3] {
    let beside = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let with = |end| {
        let mut name = beside.clone().into_os_string();
        name.push(end);
        PathBuf::from(name)
    };
    [path.to_owned(), with("-wal"), with("-shm")]
}

impl Files {
    /// The files of a database that is open.
    pub(super) fn of(path: &Path) -> Self {
        Self {
            files: paths(path).map(|path| File {
                identity: identity(&path),
                path,
            }),
            is_lost: AtomicBool::new(false),
        }
    }

    /// Whether they are all still the same. What changes is told in the log, once.
    pub(super) fn check(&self) -> Result<()> {
        let mut files = self.files.iter();
        let is_lost =
            |file: &&File| file.identity.is_some() && identity(&file.path) != file.identity;
        let lost = files.find(is_lost);
        let was_lost = self.is_lost.swap(lost.is_some(), Ordering::SeqCst);
        let error = lost.map(|file| StoreError::Lost(file.path.clone()));
        match &error {
            Some(error) if !was_lost => tracing::error!("{error}"),
            None if was_lost => {
                let database = self.files[0].path.display();
                tracing::info!(%database, "the files of the database are back; writes go on");
            }
            _ => {}
        }
        error.map_or(Ok(()), Err)
    }
}

fn identity(path: &Path) -> Option<Identity> {
    let file = fs::metadata(path).ok()?;
    Some(Identity {
        device: file.dev(),
        inode: file.ino(),
    })
}
