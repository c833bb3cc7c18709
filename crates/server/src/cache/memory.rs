//! The copies that this process has: the whole cache where nothing is shared, and what is asked
//! first where something is.

use jiff::Timestamp;
use quick_cache::sync::Cache;
use quick_cache::sync::DefaultLifecycle;
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::entry::Entry;

/// The memory that all entries together may take, in bytes of keys and values.
const CAPACITY_BYTES: u64 = 32 * 1024 * 1024;

/// The most that one entry may take: one site's must not push out those of all others. The fields of
/// the largest sites take 1 MB.
const LARGEST_BYTES: usize = 4 * 1024 * 1024;

/// How many entries that may be.
const EXPECTED: usize = 10_000;

/// Into how many parts it is divided, each with a lock of its own: no entry takes more than a part.
const SHARDS: usize = 4;

/// An entry, and since when this process has it.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) entry: Entry,
    pub(super) since: Timestamp,
}

/// A bounded map that drops what is used least. It does not look at lifetimes.
pub(super) struct Memory(Cache<String, Kept, ByBytes>);

/// Weighs an entry by the memory that it takes.
#[derive(Clone)]
struct ByBytes;

impl Weighter<String, Kept> for ByBytes {
    fn weight(&self, key: &String, kept: &Kept) -> u64 {
        u64::try_from(key.len() + kept.entry.value.len()).expect("it is in memory")
    }
}

impl Default for Memory {
    fn default() -> Self {
        let options = OptionsBuilder::new()
            .estimated_items_capacity(EXPECTED)
            .weight_capacity(CAPACITY_BYTES)
            .shards(SHARDS)
            .build()
            .expect("both are set");
        let (hashes, ends) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self(Cache::with_options(options, ByBytes, hashes, ends))
    }
}

impl Memory {
    pub(super) fn get(&self, name: &str) -> Option<Kept> {
        self.0.get(name)
    }

    pub(super) fn set(&self, name: String, kept: Kept) {
        if name.len() + kept.entry.value.len() <= LARGEST_BYTES {
            self.0.insert(name, kept);
        } else {
            // What it would have replaced is older.
            self.0.remove(&name);
        }
    }
}
