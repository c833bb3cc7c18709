//! How long events are kept, and what is taken out of them earlier.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::account_hash;
use crate::project::ProjectId;
use crate::store::feed::{self, AgeRow, Erased};
use crate::store::refreshes::CLOCKS_APART;
use crate::store::{self, Store};

/// How many events are deleted in one transaction, or erased.
const AT_ONCE: u16 = 500;

/// How many are erased by one call.
const MOST_ERASED: u64 = 20_000;

/// Forgets what is older than `lifetime` by `now`, which is the earliest that it may be: always the oldest of a
/// project first, so that a reader knows by its cursor what it has missed.
pub async fn sweep(store: &Store, lifetime: SignedDuration, now: Timestamp) -> store::Result<()> {
    let before = now.checked_sub(lifetime).unwrap_or(Timestamp::MIN);
    let mut done = Vec::new();
    loop {
        let mut tx = store.begin_read().await?;
        let next = feed::any_project_before(&mut tx, before, &done).await?;
        drop(tx);
        let Some(project) = next else {
            return Ok(());
        };
        if !sweep_some(store, project, before, now).await? {
            done.push(project);
        }
    }
}

/// Forgets some of a project; false where that was all.
async fn sweep_some(
    store: &Store,
    project: ProjectId,
    before: Timestamp,
    now: Timestamp,
) -> store::Result<bool> {
    let mut tx = store.begin_read().await?;
    let oldest = feed::oldest(&mut tx, project, AT_ONCE.into()).await?;
    drop(tx);
    let Some(position) = old_enough(&oldest, before, now) else {
        return Ok(false);
    };
    let mut tx = store.begin_write().await?;
    let swept = feed::sweep_to(&mut tx, project, position).await?;
    tx.commit().await?;
    tracing::debug!(project_id = %project, swept, "old events were forgotten");
    Ok(oldest.last().is_some_and(|last| last.position == position))
}

/// Up to which position the oldest events are too old. Of one that a clock has recorded in the future nobody
/// knows the age: it is as old as what comes after it.
fn old_enough(oldest: &[AgeRow], before: Timestamp, now: Timestamp) -> Option<i64> {
    let (before, ahead) = (
        before.as_millisecond(),
        (now + CLOCKS_APART).as_millisecond(),
    );
    let is_old = |row: &&AgeRow| row.recorded_at < before;
    let may_be_old = |row: &&AgeRow| row.recorded_at < before || row.recorded_at > ahead;
    let oldest = oldest.iter().take_while(may_be_old).filter(is_old);
    oldest.last().map(|row| row.position)
}

/// Whose events are to be erased.
#[derive(Debug)]
pub enum Whose {
    /// Those of the connection with this id, which may be no more.
    Connection(Uuid),
    /// Those of the customer with this external id.
    Customer(String),
    /// Those about an account of a provider.
    Account {
        /// The provider.
        provider: String,
        /// Its id of the account.
        id: String,
    },
}

/// What an erasure has come to.
#[derive(Debug, Clone, Copy)]
pub struct Erasure {
    /// How many events were erased.
    pub erased: u64,
    /// Whether there may be more.
    pub has_more: bool,
}

/// Erases what events tell, and whose they are. That there was one, of which type and when, stays, so that
/// nobody who reads on finds a gap.
pub async fn erase(store: &Store, project: ProjectId, whose: Whose) -> store::Result<Erasure> {
    let erased_ones = match whose {
        Whose::Connection(id) => Erased::OfConnection(id),
        Whose::Customer(external_id) => Erased::OfCustomer(external_id),
        Whose::Account { provider, id } => Erased::OfAccount(account_hash(project, &provider, &id)),
    };
    let mut erased = 0;
    while erased < MOST_ERASED {
        let mut tx = store.begin_write().await?;
        let some = feed::erase_some(&mut tx, project, &erased_ones, AT_ONCE.into()).await?;
        tx.commit().await?;
        erased += u64::try_from(some).unwrap_or(u64::MAX);
        if some < usize::from(AT_ONCE) {
            let has_more = false;
            return Ok(Erasure { erased, has_more });
        }
    }
    let has_more = true;
    Ok(Erasure { erased, has_more })
}
