//! `event_feed`, and `event` as it is read on: each look reads a bounded part of one index.

use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::events::EventRow;
use super::{Result, Tx, change, from_row, on, push_list, query, query_as, query_scalar};
use crate::project::ProjectId;

/// How many events of a customer one look goes through for those of some types.
const WINDOW: i64 = 1_000;

/// Where a feed begins and ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ends {
    /// The position of the newest event; 0 where there was none.
    pub position: i64,
    /// The greatest position that is no longer kept; 0 where all are.
    pub swept_to: i64,
}

from_row!(Ends { position, swept_to });

/// Where the feed of a project begins and ends.
pub async fn ends(tx: &mut Tx, project: ProjectId) -> Result<Ends> {
    const ENDS: &str = "SELECT position, swept_to FROM event_feed WHERE project_id = $1";
    let ends: Option<Ends> = on!(tx, |db| query_as(ENDS).bind(project).fetch_optional(db))?;
    Ok(ends.unwrap_or_default())
}

/// How far the events of these projects are recorded.
pub async fn positions(tx: &mut Tx, projects: &[ProjectId]) -> Result<Vec<(ProjectId, i64)>> {
    const POSITIONS: &str = "SELECT project_id, position FROM event_feed WHERE project_id";
    on!(tx, |db| async {
        let mut positions = QueryBuilder::new(POSITIONS);
        push_list(&mut positions, projects);
        let positions = positions.build_query_as().persistent(false);
        positions.fetch_all(db).await
    })
}

/// When the first event behind a position was recorded; milliseconds since the epoch. None where there is none.
pub async fn recorded_behind(
    tx: &mut Tx,
    project: ProjectId,
    position: i64,
) -> Result<Option<i64>> {
    const RECORDED: &str = "SELECT recorded_at FROM event \
        WHERE project_id = $1 AND position > $2 ORDER BY position LIMIT 1";
    on!(tx, |db| query_scalar(RECORDED)
        .bind(project)
        .bind(position)
        .fetch_optional(db))
}

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those of this customer; of all where there is none.
    pub external_id: Option<String>,
    /// Those of these types; of all where there is none.
    pub kinds: Vec<&'static str>,
}

/// Events that a look has found.
#[derive(Debug)]
pub struct Found {
    /// In the order of their positions.
    pub rows: Vec<EventRow>,
    /// Up to which position the look has left none out; none where it has come to the end.
    pub looked_to: Option<i64>,
}

/// The next events of a project behind a position, at most `limit`.
pub async fn page(
    tx: &mut Tx,
    project: ProjectId,
    after: i64,
    wanted: &Wanted,
    limit: u16,
) -> Result<Found> {
    const PAGE: &str =
        select_events!("WHERE project_id = $1 AND position > $2 ORDER BY position LIMIT $3");
    const OF_ONE: &str = select_events!(
        "WHERE project_id = $1 AND position > $2 AND external_id = $4 ORDER BY position LIMIT $3"
    );
    let most = i64::from(limit);
    let rows: Vec<EventRow> = match (&wanted.external_id, &wanted.kinds[..]) {
        (None, []) => on!(tx, |db| query_as(PAGE)
            .bind(project)
            .bind(after)
            .bind(most)
            .fetch_all(db)),
        (Some(external_id), []) => on!(tx, |db| query_as(OF_ONE)
            .bind(project)
            .bind(after)
            .bind(most)
            .bind(external_id)
            .fetch_all(db)),
        (None, kinds) => {
            let mut positions = of_types(tx, project, after, kinds, most).await?;
            positions.sort_unstable();
            positions.truncate(limit.into());
            at(tx, project, &positions).await
        }
        (Some(external_id), kinds) => {
            return of_customer_and_types(tx, project, after, (external_id, kinds), limit).await;
        }
    }?;
    let is_full = rows.len() >= usize::from(limit);
    let looked_to = rows.last().filter(|_| is_full).map(|row| row.position);
    Ok(Found { rows, looked_to })
}

/// The positions of the next events of each of these types.
async fn of_types(
    tx: &mut Tx,
    project: ProjectId,
    after: i64,
    kinds: &[&'static str],
    most: i64,
) -> Result<Vec<i64>> {
    // One range of the index for each, so that rare ones are not looked for among the others.
    on!(tx, |db| async {
        let mut positions = QueryBuilder::new("");
        for (number, kind) in kinds.iter().enumerate() {
            positions
                .push(if number == 0 { "" } else { " UNION ALL " })
                .push("SELECT position FROM (SELECT position FROM event WHERE project_id = ")
                .push_bind(project)
                .push(" AND type = ")
                .push_bind(*kind)
                .push(" AND position > ")
                .push_bind(after)
                .push(" ORDER BY position LIMIT ")
                .push_bind(most)
                .push(") AS of_one");
        }
        let positions = positions.build_query_scalar().persistent(false);
        positions.fetch_all(db).await
    })
}

/// The next events of a customer that are of some types, as far as one look goes.
async fn of_customer_and_types(
    tx: &mut Tx,
    project: ProjectId,
    after: i64,
    (external_id, kinds): (&str, &[&'static str]),
    limit: u16,
) -> Result<Found> {
    const NEXT: &str = "SELECT position, type FROM event \
        WHERE project_id = $1 AND external_id = $2 AND position > $3 ORDER BY position LIMIT $4";
    let next: Vec<(i64, String)> = on!(&mut *tx, |db| query_as(NEXT)
        .bind(project)
        .bind(external_id)
        .bind(after)
        .bind(WINDOW)
        .fetch_all(db))?;
    let is_end = i64::try_from(next.len()).is_ok_and(|found| found < WINDOW);
    let last = next
        .last()
        .filter(|_| !is_end)
        .map(|(position, _)| *position);
    let fits = next.iter().filter(|(_, kind)| kinds.contains(&&**kind));
    let positions: Vec<i64> = fits
        .map(|(position, _)| *position)
        .take(limit.into())
        .collect();
    let is_full = positions.len() >= usize::from(limit);
    let rows = at(tx, project, &positions).await?;
    let looked_to = if is_full {
        rows.last().map(|row| row.position)
    } else {
        last
    };
    Ok(Found { rows, looked_to })
}

/// The events at these positions, in their order.
async fn at(tx: &mut Tx, project: ProjectId, positions: &[i64]) -> Result<Vec<EventRow>> {
    const AT: &str = select_events!("WHERE project_id = ");
    on!(tx, |db| async {
        let mut at = QueryBuilder::new(AT);
        push_list(at.push_bind(project).push(" AND position"), positions);
        at.push(" ORDER BY position");
        let at = at.build_query_as().persistent(false);
        at.fetch_all(db).await
    })
}

/// An event, as far as its age goes.
#[derive(Debug, Clone, Copy)]
pub struct AgeRow {
    /// Its position.
    pub position: i64,
    /// When it was recorded; milliseconds since the epoch.
    pub recorded_at: i64,
}

from_row!(AgeRow {
    position,
    recorded_at
});

/// Some project, other than these, that keeps an event from before a time.
pub async fn any_project_before(
    tx: &mut Tx,
    time: Timestamp,
    but: &[ProjectId],
) -> Result<Option<ProjectId>> {
    const BEFORE: &str = "SELECT project_id FROM event WHERE recorded_at < ";
    on!(tx, |db| async {
        let mut before = QueryBuilder::new(BEFORE);
        before.push_bind(time.as_millisecond());
        for project in but {
            before.push(" AND project_id <> ").push_bind(*project);
        }
        before.push(" ORDER BY recorded_at LIMIT 1");
        let before = before.build_query_scalar().persistent(false);
        before.fetch_optional(db).await
    })
}

/// The ages of the oldest events of a project, in the order of their positions.
pub async fn oldest(tx: &mut Tx, project: ProjectId, most: i64) -> Result<Vec<AgeRow>> {
    const OLDEST: &str =
        "SELECT position, recorded_at FROM event WHERE project_id = $1 ORDER BY position LIMIT $2";
    on!(tx, |db| query_as(OLDEST)
        .bind(project)
        .bind(most)
        .fetch_all(db))
}

/// Forgets the events of a project up to a position, and notes that they are no longer kept.
pub async fn sweep_to(tx: &mut Tx, project: ProjectId, position: i64) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM event WHERE project_id = $1 AND position <= $2";
    const NOTE: &str =
        "UPDATE event_feed SET swept_to = $2 WHERE project_id = $1 AND swept_to < $2";
    // The feed last: who records waits for its row.
    let swept = change!(&mut *tx, query(SWEEP).bind(project).bind(position))?;
    change!(tx, query(NOTE).bind(project).bind(position))?;
    Ok(swept)
}

/// Forgets some events of a project that is about to be deleted; how many.
pub async fn delete_some(tx: &mut Tx, project: ProjectId, most: i64) -> Result<u64> {
    const DELETE: &str = "DELETE FROM event WHERE event_id IN \
        (SELECT event_id FROM event WHERE project_id = $1 LIMIT $2)";
    change!(tx, query(DELETE).bind(project).bind(most))
}

/// Whose events are to be erased.
#[derive(Debug, Clone)]
pub enum Erased {
    /// Those of a connection.
    OfConnection(Uuid),
    /// Those of a customer.
    OfCustomer(String),
    /// Those about an account, by its hash.
    OfAccount(Vec<u8>),
}

/// Erases what some events of a project tell, and whom they are about; how many.
pub async fn erase_some(
    tx: &mut Tx,
    project: ProjectId,
    erased: &Erased,
    most: i64,
) -> Result<usize> {
    const OF_CONNECTION: &str = "SELECT event_id FROM event WHERE project_id = $1 AND connection_id = $2 \
        AND data IS NOT NULL LIMIT $3";
    const OF_CUSTOMER: &str =
        "SELECT event_id FROM event WHERE project_id = $1 AND external_id = $2 LIMIT $3";
    const ANSWERS: &str = "UPDATE event_attempt SET excerpt = NULL WHERE endpoint_id IN \
        (SELECT endpoint_id FROM event_endpoint WHERE project_id = ";
    const OF_ACCOUNT: &str = "SELECT event_id FROM event_account JOIN event USING (event_id) \
        WHERE project_id = $1 AND account = $2 LIMIT $3";
    let found: Vec<Uuid> = match erased {
        Erased::OfConnection(id) => on!(&mut *tx, |db| query_scalar(OF_CONNECTION)
            .bind(project)
            .bind(id)
            .bind(most)
            .fetch_all(db)),
        Erased::OfCustomer(external_id) => on!(&mut *tx, |db| query_scalar(OF_CUSTOMER)
            .bind(project)
            .bind(external_id)
            .bind(most)
            .fetch_all(db)),
        Erased::OfAccount(hash) => on!(&mut *tx, |db| query_scalar(OF_ACCOUNT)
            .bind(project)
            .bind(hash)
            .bind(most)
            .fetch_all(db)),
    }?;
    if found.is_empty() {
        return Ok(0);
    }
    for statement in [
        "UPDATE event SET data = NULL, external_id = NULL WHERE event_id",
        "DELETE FROM event_account WHERE event_id",
    ] {
        on!(&mut *tx, |db| async {
            let mut erase = QueryBuilder::new(statement);
            push_list(&mut erase, &found);
            erase.build().persistent(false).execute(db).await.map(drop)
        })?;
    }
    // What endpoints have answered to them may repeat what was sent.
    on!(&mut *tx, |db| async {
        let mut erase = QueryBuilder::new(ANSWERS);
        erase.push_bind(project).push(") AND event_id");
        push_list(&mut erase, &found);
        erase.build().persistent(false).execute(db).await.map(drop)
    })?;
    tx.note_change();
    Ok(found.len())
}
