//! One page of the original, judged and written in one transaction of ours.

use std::collections::HashMap;

use uuid::Uuid;

use super::judge::{Here, Judge, Outcome, RowsByProvider, Verdict};
use super::original::{Original, OriginalError};
use super::provider_rows;
use super::reason::Reason;
use super::row::OriginalConnection;
use super::{ImportError, Options, Target};
use juncture_server::events::connection::{self, Change};
use juncture_server::events::record_all;
use juncture_server::store::StoreError;
use juncture_server::store::imports;

/// A server that connects a customer between our look and our write makes us look again: so often.
const MOST_TRIES: usize = 5;

/// Takes what can be taken of a page, and tells what became of each connection, in their order.
pub(super) async fn take(
    target: &Target,
    options: &Options,
    original: &mut Original,
    page: &[OriginalConnection],
) -> Result<Vec<Outcome>, ImportError> {
    let judge = Judge {
        project: target.project,
        sealer: &target.sealer,
        renew_unused: options.renew_unused,
        rows: read_provider_rows(original, page).await?,
    };
    let mut tries = 1;
    loop {
        match write(target, &judge, page).await {
            Err(error) if error.is_taken_key() && tries < MOST_TRIES => tries += 1,
            written => return Ok(written?),
        }
    }
}

async fn read_provider_rows(
    original: &mut Original,
    page: &[OriginalConnection],
) -> Result<RowsByProvider, OriginalError> {
    let mut rows = HashMap::new();
    for name in provider_rows::PROVIDERS {
        let its = page.iter().filter(|row| row.provider() == Some(name));
        let ids: Vec<Uuid> = its.map(|row| row.id).collect();
        if ids.is_empty() {
            continue;
        }
        let read = original.ask(async |original| provider_rows::read(name, original, &ids).await);
        if let Some(read) = read.await? {
            rows.insert(name, read);
        }
    }
    Ok(rows)
}

async fn write(
    target: &Target,
    judge: &Judge<'_>,
    page: &[OriginalConnection],
) -> Result<Vec<Outcome>, StoreError> {
    let now = target.clock.now();
    let mut tx = target.store.begin_write().await?;
    let mut here = Here::look(&mut tx, target.project, page).await?;
    let mut outcomes = Vec::with_capacity(page.len());
    let mut taken = Vec::new();
    let mut events = Vec::new();
    for original in page {
        let outcome = match judge.judge(original, &mut here) {
            Ok(Verdict::Take(row)) => {
                taken.push(row);
                Outcome::Taken
            }
            Ok(Verdict::Renew(row)) if imports::renew(&mut tx, &row, now).await? => {
                let change = if row.is_dead(now) {
                    Change::NeedsReauthorization(connection::Reason::Imported)
                } else {
                    Change::Recovered
                };
                let told = connection::number(&mut tx, row.connection_id, change, now).await?;
                events.extend(told.map(|(_, new)| new));
                Outcome::Renewed
            }
            Ok(Verdict::Renew(_)) => Outcome::Refused(Reason::UsedUp),
            Ok(Verdict::Leave(outcome)) => outcome,
            Err(reason) => Outcome::Refused(reason),
        };
        outcomes.push(outcome);
    }
    imports::insert(&mut tx, target.project, &taken, now).await?;
    for (name, rows) in &judge.rows {
        let its = taken.iter().filter(|row| row.provider == *name);
        let ids: Vec<Uuid> = its.map(|row| row.connection_id).collect();
        rows.save(&mut tx, &ids).await?;
    }
    events.extend(taken.iter().flat_map(|row| connection::imported(row, now)));
    record_all(&mut tx, &target.sealer, target.project, events, now).await?;
    tx.commit().await?;
    Ok(outcomes)
}
