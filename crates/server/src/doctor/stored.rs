//! The database, the keys and the cache.

use std::sync::Arc;

use juncture_clock::Clock;
use juncture_outbound::Http;

use super::finding::Finding;
use crate::cache::Cache;
use crate::config::Config;
use crate::seal::{EncryptionKey, Sealer};
use crate::server::{self, StartError};
use crate::store::settings::Database;
use crate::store::{Store, StoreError};

pub(super) const ADVICE: &str =
    "look at DATABASE_URL (docs/CONFIG.md), and whether the database is up";

/// What was seen, and what later looks go on with.
pub(super) struct Seen {
    pub(super) findings: Vec<Finding>,
    /// The store and its keys; none where they are not well, or are yet to be made.
    pub(super) opened: Option<(Store, Sealer)>,
}

impl Seen {
    pub(super) fn of(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            opened: None,
        }
    }
}

/// The database, and whether the keys are those of what it holds.
pub(super) async fn look(config: &Config) -> Seen {
    const WHAT: &str = "database";
    let database = &config.database;
    if let Database::Sqlite(path) = database
        && !path.exists()
    {
        let said = format!("{database} is not there yet; the first start makes it");
        return Seen::of(Finding::good(WHAT, said));
    }
    let (store, lacking) = match Store::look(database).await {
        Ok(seen) => seen,
        Err(error) => return Seen::of(Finding::bad(WHAT, error.to_string(), ADVICE)),
    };
    if lacking > 0 {
        let said =
            format!("{database} lacks {lacking} steps of this version; the next start makes them");
        return Seen::of(Finding::good(WHAT, said));
    }
    let writes = store.check().await;
    let finding = match &writes {
        Ok(()) => Finding::good(WHAT, format!("{database} can be read and written")),
        Err(error) => Finding::bad(WHAT, unwritten(database, error), ADVICE),
    };
    let mut seen = Seen::of(finding);
    if writes.is_err() {
        return seen;
    }
    match server::open_keys(&config.keys, &store).await {
        Ok((sealer, lost)) => {
            seen.findings.push(keys(&sealer, lost.len()));
            seen.opened = Some((store, sealer));
        }
        Err(error) => seen.findings.push(wrong_keys(&error)),
    }
    seen
}

fn unwritten(database: &Database, error: &StoreError) -> String {
    format!("{database} does not take writes: {}", error.reason())
}

fn keys(sealer: &Sealer, lost: usize) -> Finding {
    const WHAT: &str = "keys";
    let known = sealer.key_ids().len();
    if lost == 0 {
        let keys = if known == 1 { "key opens" } else { "keys open" };
        return Finding::good(WHAT, format!("{known} {keys} what is stored"));
    }
    let said = format!("{lost} stored values of a sample do not open");
    let advice = "the customers whose they are must connect again; bring an old key back if one was \
        taken out too early (docs/SECURITY.md)";
    Finding::doubtful(WHAT, said, advice)
}

fn wrong_keys(error: &StartError) -> Finding {
    let advice = "set JUNCTURE_ENCRYPTION_KEYS, or put the key file back, as they were when this \
        database was written";
    Finding::bad("keys", error.to_string(), advice)
}

/// The cache, which is asked with a value that is not sealed: keys that are not known yet do not matter.
pub(super) async fn cache(config: &Config, clock: &Arc<dyn Clock>, http: Http) -> Finding {
    const WHAT: &str = "cache";
    let no_key = Sealer::new(&[EncryptionKey::generate("doctor".to_owned())]);
    let cache = Cache::new(&config.cache, Arc::new(no_key), clock.clone(), http);
    if cache.answers().await {
        return Finding::good(WHAT, cache.to_string());
    }
    let advice = "servers go on without it, slower; look at its variables in docs/CONFIG.md, and \
        whether it is up";
    Finding::doubtful(WHAT, format!("{cache} does not answer"), advice)
}
