//! A disk that fails on demand, under one server process: a library of a few lines of C that is
//! preloaded there stands between SQLite and the operating system (`faulty_disk.c`).

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::process::output;

const SOURCE: &str = include_str!("faulty_disk.c");

/// Errors of Linux, on every machine that Rust runs it on (errno(3)).
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;

/// Kinds of calls; the C file has the same.
const WRITE: i32 = 1;
const SYNC: i32 = 2;
const OPEN: i32 = 4;

/// What may be wrong with a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing can be written any more.
    Full,
    /// It has been made read-only, as Linux does with a broken one.
    ReadOnly,
    /// One write fails.
    BadWrite,
    /// Once, what was written does not reach the disk.
    BadSync,
}

impl Fault {
    pub(crate) const ALL: [Self; 4] = [Self::Full, Self::ReadOnly, Self::BadWrite, Self::BadSync];

    /// Whether it goes on until the disk is mended.
    pub(crate) fn lasts(self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly)
    }

    fn rule(self) -> (i32, i32, i32) {
        match self {
            Self::Full => (ENOSPC, WRITE, -1),
            Self::ReadOnly => (EROFS, WRITE | SYNC | OPEN, -1),
            Self::BadWrite => (EIO, WRITE, 1),
            Self::BadSync => (EIO, SYNC, 1),
        }
    }
}

/// The disk under a folder, as one process sees it.
pub(crate) struct FaultyDisk {
    folder: TempDir,
    control: File,
    disk: PathBuf,
}

impl FaultyDisk {
    /// The disk that has `folder`. It is well.
    pub(crate) fn of(folder: &Path) -> Self {
        let own = tempfile::tempdir().unwrap();
        let path = own.path().join("control");
        fs::write(&path, [0; 20]).unwrap();
        let control = File::options().read(true).write(true).open(&path).unwrap();
        Self {
            folder: own,
            control,
            disk: folder.to_owned(),
        }
    }

    /// What the process must be told to stand on this disk.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        [
            ("LD_PRELOAD", text(library())),
            ("FAULTY_DISK_FOLDER", text(&self.disk)),
            (
                "FAULTY_DISK_CONTROL",
                text(&self.folder.path().join("control")),
            ),
        ]
    }

    /// From now on the disk has this fault, once `skip` of the calls that it concerns have passed.
    pub(crate) fn fail(&self, fault: Fault, skip: i32) {
        let (error, kinds, left) = fault.rule();
        self.mend();
        for (place, number) in [(1, kinds), (2, skip), (3, left), (4, 0), (0, error)] {
            self.set(place, number);
        }
    }

    /// From now on the disk is well.
    pub(crate) fn mend(&self) {
        self.set(0, 0);
    }

    /// How many calls have failed since [`fail`](Self::fail).
    pub(crate) fn hits(&self) -> i32 {
        let mut number = [0; 4];
        self.control.read_exact_at(&mut number, 16).unwrap();
        i32::from_ne_bytes(number)
    }

    fn set(&self, place: u64, number: i32) {
        let number = number.to_ne_bytes();
        self.control.write_all_at(&number, 4 * place).unwrap();
    }
}

/// The library, compiled once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let mut hasher = DefaultHasher::new();
        SOURCE.hash(&mut hasher);
        let library = folder.join(format!("faulty_disk-{:x}.so", hasher.finish()));
        if !library.exists() {
            // Other processes may be at it too: each brings its own into place.
            let own = tempfile::tempdir_in(folder).unwrap();
            let (source, made) = (own.path().join("disk.c"), own.path().join("disk.so"));
            fs::write(&source, SOURCE).unwrap();
            // SQLite is compiled by a C compiler too.
            let mut compile = Command::new("cc");
            compile
                .args(["-shared", "-fPIC", "-O1", "-o"])
                .args([&made, &source])
                .arg("-ldl");
            let compiled = output(&mut compile);
            assert!(compiled.status.success(), "{compiled:?}");
            fs::rename(made, &library).unwrap();
        }
        library
    })
}
