//! The walk through the store, again and again until a pass finds nothing to do.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;

use super::RotationError;
use crate::seal::{SealError, Sealer};
use crate::store::sealed_columns::{self, RowKey, SealedColumn, SealedRow};
use crate::store::{self, Store, StoreError};

/// How many rows are looked at by one statement, and replaced at most in one transaction.
const PAGE: u16 = 500;

/// How long a transaction may keep servers from the rows that it replaces (in SQLite, from all).
const LONGEST_LOCK: SignedDuration = SignedDuration::from_millis(250);

/// Between two transactions servers get at the database.
const PAUSE: Duration = Duration::from_millis(20);

/// After so many passes something else than chance brings new values of another key.
const MOST_PASSES: usize = 10;

/// How often progress is told.
const BETWEEN_LINES: SignedDuration = SignedDuration::from_secs(1);

/// What the passes need.
pub(super) struct Passes<'a, Say> {
    pub(super) store: &'a Store,
    pub(super) sealer: &'a Sealer,
    pub(super) clock: &'a dyn Clock,
    pub(super) say: &'a Say,
}

/// What a pass found in a column.
#[derive(Default)]
struct Found {
    /// How many values another key had sealed, and do open.
    others: usize,
    /// How many of them are sealed again.
    resealed: usize,
    /// Those that do not open, and were left as they are.
    unopened: Vec<SealError>,
}

impl<Say: Fn(&str)> Passes<'_, Say> {
    /// Passes until nothing is left but what does not open, then tells what was done.
    pub(super) async fn run(&self) -> Result<(), RotationError> {
        let newest = self.sealer.key_ids().swap_remove(0);
        let beginning = Sealer::beginning(&newest);
        let mut totals = vec![0; sealed_columns::ALL.len()];
        for _ in 0..MOST_PASSES {
            let mut unopened = Vec::new();
            let mut is_settled = true;
            for (column, total) in sealed_columns::ALL.iter().zip(&mut totals) {
                let found = self.walk(column, &beginning).await?;
                is_settled &= found.others == 0;
                *total += found.resealed;
                unopened.extend(found.unopened);
            }
            if is_settled {
                return self.conclude(&newest, &totals, &unopened);
            }
        }
        Err(RotationError::Unsettled(newest))
    }

    /// Seals the values of a column again, page by page in the order of their rows.
    async fn walk(&self, column: &SealedColumn, beginning: &[u8]) -> Result<Found, StoreError> {
        let mut found = Found::default();
        let mut after: Option<RowKey> = None;
        let mut told_at = Timestamp::MIN;
        loop {
            let mut tx = self.store.begin_read().await?;
            let page = column
                .page(&mut tx, beginning, after.as_ref(), PAGE)
                .await?;
            drop(tx);
            let Some(last) = page.last() else {
                return Ok(found);
            };
            after = Some(last.key.clone());
            if page.iter().all(|row| row.value.is_none()) {
                continue;
            }
            self.reseal(column, page, &mut found).await?;
            if self.clock.now() >= told_at + BETWEEN_LINES {
                told_at = self.clock.now();
                let SealedColumn { table, column, .. } = column;
                (self.say)(&format!(
                    "{table}.{column}: {} sealed again",
                    found.resealed
                ));
            }
        }
    }

    /// Replaces what opens. What a server has changed meanwhile wins; the next pass looks at it.
    async fn reseal(
        &self,
        column: &SealedColumn,
        page: Vec<SealedRow>,
        found: &mut Found,
    ) -> store::Result<()> {
        let mut resealed = Vec::with_capacity(page.len());
        for row in page {
            let Some(old) = row.value else { continue };
            match self.sealer.reseal(&row.place, &old) {
                Ok(new) => resealed.push((row.key, old, new)),
                Err(error) => found.unopened.push(error),
            }
        }
        found.others += resealed.len();
        let mut left = resealed.iter().peekable();
        while left.peek().is_some() {
            let mut replaced = 0;
            let mut tx = self.store.begin_write().await?;
            let unlock_at = self.clock.now() + LONGEST_LOCK;
            while let Some((key, old, new)) = left.next_if(|_| self.clock.now() < unlock_at) {
                replaced += usize::from(column.replace(&mut tx, key, old, new).await?);
            }
            tx.commit().await?;
            found.resealed += replaced;
            self.clock.sleep(PAUSE).await;
        }
        Ok(())
    }

    fn conclude(
        &self,
        newest: &str,
        totals: &[usize],
        unopened: &[SealError],
    ) -> Result<(), RotationError> {
        for (SealedColumn { table, column, .. }, total) in sealed_columns::ALL.iter().zip(totals) {
            if *total > 0 {
                (self.say)(&format!("{table}.{column}: {total} sealed with `{newest}`"));
            }
        }
        for error in unopened {
            (self.say)(&error.to_string());
        }
        if !unopened.is_empty() {
            return Err(RotationError::Unopened(unopened.len()));
        }
        if totals.iter().all(|total| *total == 0) {
            (self.say)(&format!(
                "nothing to do: everything is sealed with `{newest}`"
            ));
        } else {
            (self.say)(&format!("everything is sealed with `{newest}`"));
        }
        Ok(())
    }
}
