//! The copies that this process has: the whole cache where nothing is shared, and what is asked
//! first where something is.

use jiff::Timestamp;

use super::entry::Entry;

/// The memory that all entries together may take, in bytes of keys and values.
const CAPACITY_BYTES: u64 = 32 * 1024 * 1024;

/// The most that one entry may take: one site's must not push out those of all others. The fields of
/// the largest sites take 1 MB.
const LARGEST_BYTES: usize = 4 * 1024 * 1024;

/// An entry, and since when this process has it.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) entry: Entry,
    pub(super) since: Timestamp,
}

/// A bounded map that drops what is used least. It does not look at lifetimes.
pub(super) struct Memory(moka::future::Cache<String, Kept>);

impl Default for Memory {
    fn default() -> Self {
        let weigh = |key: &String, kept: &Kept| {
            u32::try_from(key.len() + kept.entry.value.len()).unwrap_or(u32::MAX)
        };
        let builder = moka::future::Cache::builder();
        Self(builder.max_capacity(CAPACITY_BYTES).weigher(weigh).build())
    }
}

impl Memory {
    pub(super) async fn get(&self, name: &str) -> Option<Kept> {
        self.0.get(name).await
    }

    pub(super) async fn set(&self, name: String, kept: Kept) {
        if name.len() + kept.entry.value.len() <= LARGEST_BYTES {
            self.0.insert(name, kept).await;
        } else {
            // What it would have replaced is older.
            self.0.invalidate(&name).await;
        }
    }
}
