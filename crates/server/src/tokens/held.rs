//! The access tokens that this process holds, so that one that works is handed out without asking
//! the store or anybody else.
//!
//! They are copies: the store decides. What this process changes it changes here at once; what
//! another one changes, [`upkeep`](crate::upkeep) brings here within seconds. While the
//! store is out of reach the copies go on being served for as long as the provider takes them.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use uuid::Uuid;

use super::access_token::AccessToken;
use crate::connection::{Connection, Customer};
use crate::provider::ProviderName;
use crate::seal::Owner;

/// The memory that all tokens together may take, in bytes: some ten thousand where a token has some kilobytes.
const CAPACITY_BYTES: u64 = 64 * 1024 * 1024;

/// What an entry takes beside its token, in bytes, roughly.
const OVERHEAD_BYTES: usize = 384;

/// How many tokens that may be.
const EXPECTED: usize = 25_000;

/// How many external ids are remembered with their connections.
const CAPACITY_NAMES: usize = 100_000;

/// A held token and what must be known to judge it.
#[derive(Debug)]
pub struct Held {
    /// The connection.
    pub id: Uuid,
    /// Of which provider.
    pub provider: ProviderName,
    /// The end of the grant, if there is one.
    pub grant_expires_at: Option<Timestamp>,
    /// The token.
    pub token: AccessToken,
    /// The scopes that were granted, by spaces, if the provider tells.
    pub granted_scopes: Option<Box<str>>,
    /// By which generation of the projects nothing that is asked for was missing among them, and one.
    complete_by: AtomicU64,
    /// When it was last asked for; milliseconds of steady time, and one. 0 if it never was.
    used_at: AtomicU64,
    /// The last minute of which it is noted that it was in use then; since the epoch.
    noted: AtomicI64,
    /// Until when a fresher one is not to be had; milliseconds of steady time.
    stuck_until: AtomicU64,
    /// Whether what the customer chose is lost.
    pub choice: HeldChoice,
    /// The last change of its row that is known here; milliseconds since the epoch.
    changed_at: AtomicI64,
}

impl Held {
    pub(super) fn new(connection: &Connection, token: AccessToken) -> Self {
        Self {
            id: connection.id,
            provider: connection.provider,
            grant_expires_at: connection.expires_at,
            token,
            granted_scopes: connection.granted_scopes.as_deref().map(Into::into),
            complete_by: AtomicU64::new(0),
            used_at: AtomicU64::new(0),
            noted: AtomicI64::new(0),
            stuck_until: AtomicU64::new(0),
            choice: HeldChoice::default(),
            changed_at: AtomicI64::new(0),
        }
    }

    /// The same with these scopes, if the answer with the token has told any.
    pub(super) fn with_scopes(self, told: Option<&str>) -> Self {
        let granted_scopes = told.map(Into::into).or(self.granted_scopes);
        Self {
            granted_scopes,
            ..self
        }
    }

    /// The same, where it was loaded with it whether the choice is lost.
    pub(super) fn with_choice(self, is_lost: bool) -> Self {
        let asked = self.choice.begin_load();
        self.choice.keep(is_lost, asked);
        self
    }

    /// Whether `connection` has the very tokens of which this is one.
    pub(crate) fn is_of(&self, connection: &Connection) -> bool {
        (self.id, self.token.version) == (connection.id, connection.token_version)
    }

    /// Notes when its row was last changed, and tells whether that is news.
    pub(crate) fn note_change(&self, changed_at: i64) -> bool {
        self.changed_at.swap(changed_at, Ordering::Relaxed) != changed_at
    }

    /// Whether nothing that is asked for is missing, by this generation of the projects.
    pub(crate) fn is_complete_by(&self, generation: u64) -> bool {
        self.complete_by.load(Ordering::Relaxed) == generation + 1
    }

    /// Notes that it is so.
    pub(crate) fn note_complete(&self, generation: u64) {
        self.complete_by.store(generation + 1, Ordering::Relaxed);
    }

    /// Notes that it is in use, at this steady time.
    pub(super) fn touch(&self, now: Duration) {
        self.used_at.store(millis(now) + 1, Ordering::Relaxed);
    }

    /// Whether it was asked for within this long before `now`, in steady time.
    #[must_use]
    pub fn is_used_within(&self, within: Duration, now: Duration) -> bool {
        match self.used_at.load(Ordering::Relaxed) {
            0 => false,
            used_at => used_at + millis(within) > millis(now),
        }
    }

    /// When it was last asked for, to the minute, if this was not told before for that minute.
    pub(crate) fn take_use(&self, now: Timestamp, steady: Duration) -> Option<Timestamp> {
        let used_at = self.used_at.load(Ordering::Relaxed).checked_sub(1)?;
        let ago = steady.saturating_sub(Duration::from_millis(used_at));
        let used = now.checked_sub(ago).ok()?.as_second();
        let minute = used.div_euclid(60);
        let is_news = self.noted.fetch_max(minute, Ordering::Relaxed) < minute;
        is_news.then(|| Timestamp::from_second(minute * 60).ok())?
    }

    /// Notes that no fresher one is to be had before `until`, in steady time.
    pub(super) fn mark_stuck(&self, until: Duration) {
        self.stuck_until.store(millis(until), Ordering::Relaxed);
    }

    /// Whether asking for a fresher one would be in vain, at this steady time.
    pub(super) fn is_stuck(&self, now: Duration) -> bool {
        millis(now) < self.stuck_until.load(Ordering::Relaxed)
    }
}

/// Whether what a customer chose is lost to the grant, as far as it is known and nothing has spoken against
/// it since: how often it was forgotten, times three, and what is known.
#[derive(Debug, Default)]
pub struct HeldChoice(AtomicU64);

/// A moment before which nothing loaded may be kept: see [`HeldChoice::begin_load`].
#[derive(Debug, Clone, Copy)]
pub struct ChoiceEpoch(u64);

const UNKNOWN: u64 = 0;
const OPEN: u64 = 1;
const LOST: u64 = 2;
const STATES: u64 = 3;

impl HeldChoice {
    /// Whether it is lost; none where that is not known.
    #[must_use]
    pub fn is_lost(&self) -> Option<bool> {
        match self.0.load(Ordering::SeqCst) % STATES {
            UNKNOWN => None,
            state => Some(state == LOST),
        }
    }

    /// Call it before loading from the store what `keep` shall keep: what is forgotten in between stays
    /// forgotten.
    #[must_use]
    pub fn begin_load(&self) -> ChoiceEpoch {
        let known = self.0.load(Ordering::SeqCst);
        ChoiceEpoch(known - known % STATES)
    }

    /// Keeps what was loaded after `loaded`.
    pub fn keep(&self, is_lost: bool, loaded: ChoiceEpoch) {
        let state = if is_lost { LOST } else { OPEN };
        let (unknown, known) = (loaded.0, loaded.0 + state);
        // Where it fails it is known already, or was forgotten since.
        let _kept = self
            .0
            .compare_exchange(unknown, known, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Forgets it: it has changed, or may have.
    pub fn forget(&self) {
        let forget = |known: u64| Some(known - known % STATES + STATES);
        let _before = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, forget);
    }
}

fn millis(steady: Duration) -> u64 {
    u64::try_from(steady.as_millis()).expect("no process lives for as long")
}

/// A moment before which nothing loaded may be held: see [`HeldTokens::begin_load`].
#[derive(Debug, Clone, Copy)]
pub struct Epoch(u64);

/// Every token that this process holds, bounded in memory.
#[derive(Debug)]
pub struct HeldTokens {
    tokens: Cache<Uuid, Arc<Held>, ByBytes>,
    /// Connections by project, provider and external id. An entry whose connection is gone leads nowhere.
    names: Cache<Box<[u8]>, Uuid>,
    /// Grows with everything that is forgotten.
    epoch: AtomicU64,
}

/// Weighs a token by the memory that it takes.
#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Uuid, Arc<Held>> for ByBytes {
    fn weight(&self, _: &Uuid, held: &Arc<Held>) -> u64 {
        let scopes = held
            .granted_scopes
            .as_ref()
            .map_or(0, |scopes| scopes.len());
        let bytes = held.token.packed.size() + scopes + OVERHEAD_BYTES;
        u64::try_from(bytes).expect("it is in memory")
    }
}

impl Default for HeldTokens {
    fn default() -> Self {
        Self {
            tokens: Cache::with_weighter(EXPECTED, CAPACITY_BYTES, ByBytes),
            names: Cache::new(CAPACITY_NAMES),
            epoch: AtomicU64::new(0),
        }
    }
}

impl HeldTokens {
    /// The token of a customer.
    #[must_use]
    pub fn find(&self, customer: &Customer, provider: ProviderName) -> Option<Arc<Held>> {
        let id = named(customer.at(provider), |name| self.names.get(name))?;
        self.tokens.get(&id)
    }

    /// The token of a connection.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<Arc<Held>> {
        self.tokens.get(&id)
    }

    /// Remembers whose connection `id` is. Only of one whose token has opened for its owner: whoever can write
    /// the database must not lead anybody to a token that is held for somebody else.
    pub fn name(&self, owner: Owner<'_>, id: Uuid) {
        named(owner, |name| {
            self.names.insert(name.into(), id);
        });
    }

    /// Call it before loading from the store what `keep` shall hold: what is forgotten
    /// in between stays forgotten.
    #[must_use]
    pub fn begin_load(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::SeqCst))
    }

    /// Holds a token, unless a newer one is held or something was forgotten since `loaded`.
    pub(super) fn keep(&self, held: Held, loaded: Epoch) {
        let id = held.id;
        if self.begin_load().0 != loaded.0 {
            return;
        }
        let held = Arc::new(held);
        let replaced = self.tokens.entry(&id, None, |_, known| {
            if known.token.version < held.token.version {
                let used_at = known.used_at.load(Ordering::Relaxed);
                held.used_at.fetch_max(used_at, Ordering::Relaxed);
                *known = held.clone();
            }
            EntryAction::Retain(())
        });
        if let EntryResult::Vacant(place) = replaced {
            // In vain where it was forgotten meanwhile.
            let _kept = place.insert(held);
        }
        // What is forgotten from now on is forgotten after it was kept.
        if self.begin_load().0 != loaded.0 {
            self.tokens.remove(&id);
        }
    }

    /// Forgets the token of a connection, and whatever is being loaded just now.
    pub fn forget(&self, id: Uuid) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.tokens.remove(&id);
    }

    /// Forgets the token that a customer led to. It may be that of a connection which another
    /// process has deleted since, so to forget the present one is not enough.
    pub fn forget_named(&self, customer: &Customer, provider: ProviderName) {
        if let Some((_, id)) = named(customer.at(provider), |name| self.names.remove(name)) {
            self.forget(id);
        }
    }

    /// All that is held, in no order.
    pub fn iter(&self) -> impl Iterator<Item = Arc<Held>> + '_ {
        self.tokens.iter().map(|(_, held)| held)
    }
}

/// Does something with the name of a connection, which is written where the last one stood: every call
/// for a token needs one.
fn named<T>(owner: Owner<'_>, with: impl FnOnce(&[u8]) -> T) -> T {
    thread_local! {
        static NAME: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    NAME.with_borrow_mut(|name| {
        name.clear();
        // The id of a project is always as long, and no provider has a slash.
        name.extend_from_slice(owner.project.as_bytes());
        name.extend_from_slice(owner.provider.as_bytes());
        name.push(b'/');
        name.extend_from_slice(owner.external_id.as_bytes());
        with(name)
    })
}
