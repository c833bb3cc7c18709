//! What this process knows of keys and projects, so that a call asks the store for neither.
//!
//! They are copies: the store decides. What this process changes it forgets here at once; what another one
//! changes, [`follow`](super::follow) brings within seconds. While the store is out of reach nobody tells of
//! changes, and what is known goes on to hold for [`UNFOLLOWED`].

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use foldhash::fast::RandomState;
use jiff::Timestamp;
use juncture_clock::Clock;
use quick_cache::sync::Cache;
use uuid::Uuid;

use super::apps::App;
use super::key::{Digest, Kind};
use super::scopes::Scopes;
use super::settings::Settings;
use crate::project::ProjectId;
use crate::store::api_keys::KnownRow;
use crate::store::stored::Stored;
use crate::store::{self, Tx, oauth_apps, projects};

/// The most keys that are known at once, some 20 MB of them.
const MOST_KEYS: usize = 100_000;

/// A key that nobody has called with for as long is forgotten.
const UNUSED: Duration = Duration::from_hours(1);

/// For how long what is known holds where nobody has told of changes: as long as an access token lives,
/// without which a call would do nothing anyway.
const UNFOLLOWED: Duration = Duration::from_hours(1);

/// How many wrong keys are remembered, some 2 MB of them.
const MOST_WRONG: usize = 10_000;

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// What is known of a key.
#[derive(Debug)]
pub struct KnownKey {
    /// Its id.
    pub id: Uuid,
    /// Whose calls are made with it.
    pub project: ProjectId,
    /// What it is for.
    pub kind: Kind,
    /// What it may do.
    pub scopes: Scopes,
    expires_at: Option<Timestamp>,
    /// The minute in which it was last used, and the last one that is written in its row; since the epoch.
    used: AtomicI64,
    noted: AtomicI64,
    /// When it was last used; milliseconds of steady time.
    used_at: AtomicU64,
}

impl KnownKey {
    /// Of a row; none if that says what no version of this program writes.
    pub(super) fn of_row(row: &KnownRow) -> Option<Self> {
        let expires_at = row.expires_at.map(Stored::value);
        Some(Self {
            id: row.key_id,
            project: ProjectId::of(row.project_id),
            kind: Kind::parse(&row.kind)?,
            scopes: Scopes::of_row(&row.scopes),
            expires_at: match expires_at {
                None => None,
                Some(expires_at) => Some(Timestamp::from_millisecond(expires_at?).ok()?),
            },
            used: AtomicI64::new(0),
            noted: AtomicI64::new(0),
            used_at: AtomicU64::new(0),
        })
    }

    /// Whether it works; noted is that it is in use then, by a store only where that is news.
    fn use_now(&self, now: Timestamp, steady: Duration) -> bool {
        let works = self.expires_at.is_none_or(|expires_at| now < expires_at);
        let minute = now.as_millisecond().div_euclid(MINUTE);
        if works && self.used.load(Ordering::Relaxed) != minute {
            self.used.store(minute, Ordering::Relaxed);
            self.used_at.store(millis(steady), Ordering::Relaxed);
        }
        works
    }

    /// When it was last used, to the minute and in milliseconds since the epoch, if that is not written yet.
    pub(super) fn unnoted_use(&self) -> Option<i64> {
        let used = self.used.load(Ordering::Relaxed);
        (used > self.noted.load(Ordering::Relaxed)).then_some(used * MINUTE)
    }

    /// Notes that this use is written.
    pub(super) fn note(&self, used: i64) {
        self.noted.fetch_max(used / MINUTE, Ordering::Relaxed);
    }

    fn is_used_within(&self, within: Duration, steady: Duration) -> bool {
        self.used_at.load(Ordering::Relaxed) + millis(within) > millis(steady)
    }
}

/// What calls need of a project.
#[derive(Debug)]
pub struct KnownProject {
    /// Its id.
    pub id: ProjectId,
    /// Its settings.
    pub settings: Settings,
    /// Its OAuth apps with which flows begin.
    pub apps: Vec<App>,
}

impl KnownProject {
    /// As the store has it.
    pub(super) async fn load(tx: &mut Tx, id: ProjectId) -> store::Result<Option<Self>> {
        let Some(row) = projects::find(tx, id.uuid()).await? else {
            return Ok(None);
        };
        let settings = Settings::of_row(&row)?;
        let apps = oauth_apps::of_project(tx, id.uuid()).await?;
        let apps = apps.into_iter().map(App::of_row).collect();
        Ok(Some(Self { id, settings, apps }))
    }

    /// Its app at a provider.
    #[must_use]
    pub fn app(&self, provider: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.provider == provider)
    }
}

/// A moment before which nothing loaded may be kept: see [`Known::begin_load`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Epoch(u64);

impl Epoch {
    pub(super) fn number(self) -> u64 {
        self.0
    }
}

/// What this process knows.
pub(super) struct Known {
    clock: Arc<dyn Clock>,
    keys: RwLock<HashMap<Digest, Arc<KnownKey>, RandomState>>,
    projects: RwLock<HashMap<ProjectId, Arc<KnownProject>, RandomState>>,
    /// Keys that there are not. None of them can be one that is made later: keys are random.
    wrong: Cache<Digest, ()>,
    /// Grows with everything that is forgotten.
    epoch: AtomicU64,
    /// Until when what is known was true; milliseconds of steady time.
    followed_at: AtomicU64,
}

impl Known {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            keys: RwLock::default(),
            projects: RwLock::default(),
            wrong: Cache::new(MOST_WRONG),
            epoch: AtomicU64::new(0),
            followed_at: AtomicU64::new(millis(clock.steady())),
            clock,
        }
    }

    /// What is known of the key with this digest; none where nothing is. One that has ended is none, and one
    /// that works is in use from now on.
    #[expect(clippy::option_option, reason = "that there is none is known too")]
    pub(super) fn key(&self, digest: &Digest) -> Option<Option<Arc<KnownKey>>> {
        let steady = self.clock.steady();
        if !self.holds(steady) {
            return None;
        }
        match read(&self.keys).get(digest) {
            Some(known) => Some(
                known
                    .use_now(self.clock.now(), steady)
                    .then(|| known.clone()),
            ),
            None => self.wrong.contains_key(digest).then_some(None),
        }
    }

    pub(super) fn project(&self, id: ProjectId) -> Option<Arc<KnownProject>> {
        let holds = self.holds(self.clock.steady());
        holds.then(|| read(&self.projects).get(&id).cloned())?
    }

    fn holds(&self, steady: Duration) -> bool {
        millis(steady) < self.followed_at.load(Ordering::Relaxed) + millis(UNFOLLOWED)
    }

    /// Call it before loading from the store what is to be kept: what is forgotten in between stays
    /// forgotten.
    pub(super) fn begin_load(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::SeqCst))
    }

    /// Keeps a key that was loaded after `loaded`, and adds it to those that were found if it works.
    pub(super) fn keep_key(
        &self,
        digest: Digest,
        key: Arc<KnownKey>,
        loaded: Epoch,
        found: &mut Vec<(Digest, Arc<KnownKey>)>,
    ) {
        if key.use_now(self.clock.now(), self.clock.steady()) {
            found.push((digest, key.clone()));
        }
        let mut keys = write(&self.keys);
        // Where so many are in use, those that came too late are asked for with each call.
        if keys.len() < MOST_KEYS && self.begin_load().0 == loaded.0 {
            keys.insert(digest, key);
        }
    }

    /// Notes that there is no key with this digest.
    pub(super) fn keep_wrong(&self, digest: Digest) {
        self.wrong.insert(digest, ());
    }

    /// Keeps a project that was loaded after `loaded`; false if something was forgotten since.
    pub(super) fn keep_project(&self, project: Arc<KnownProject>, loaded: Epoch) -> bool {
        let mut projects = write(&self.projects);
        let is_new = self.begin_load().0 == loaded.0;
        if is_new {
            projects.insert(project.id, project);
        }
        is_new
    }

    /// Forgets these keys, and whatever is being loaded just now.
    pub(super) fn forget_keys(&self, ids: &[Uuid]) {
        if ids.is_empty() {
            return;
        }
        self.epoch.fetch_add(1, Ordering::SeqCst);
        let ids: HashSet<&Uuid> = ids.iter().collect();
        let is_one = |key: &KnownKey| ids.contains(&key.id);
        if read(&self.keys).values().any(|key| is_one(key)) {
            write(&self.keys).retain(|_, key| !is_one(key));
        }
    }

    /// Forgets what is known of a project, but for its keys.
    pub(super) fn forget_project(&self, id: ProjectId) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        write(&self.projects).remove(&id);
    }

    /// Forgets everything: nobody has told of changes for too long.
    pub(super) fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        write(&self.keys).clear();
        write(&self.projects).clear();
    }

    /// Notes that what is known was true at this steady time.
    pub(super) fn confirm(&self, at: Duration) {
        if !self.holds(self.clock.steady()) {
            self.forget_all();
        }
        self.followed_at.fetch_max(millis(at), Ordering::Relaxed);
    }

    /// The keys whose use is not written yet.
    pub(super) fn unnoted(&self) -> Vec<Arc<KnownKey>> {
        let keys = read(&self.keys);
        let unnoted = keys.values().filter(|key| key.unnoted_use().is_some());
        unnoted.cloned().collect()
    }

    /// Forgets keys that nobody uses, and projects that none of the others are of.
    pub(super) fn forget_unused(&self) {
        let steady = self.clock.steady();
        let mut keys = write(&self.keys);
        keys.retain(|_, key| key.is_used_within(UNUSED, steady) || key.unnoted_use().is_some());
        let used: HashSet<ProjectId> = keys.values().map(|key| key.project).collect();
        drop(keys);
        write(&self.projects).retain(|id, _| *id == ProjectId::DEFAULT || used.contains(id));
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

fn millis(steady: Duration) -> u64 {
    u64::try_from(steady.as_millis()).expect("no process lives for as long")
}
