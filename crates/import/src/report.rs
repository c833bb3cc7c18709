//! What became of the original's connections: a line for each that was not taken, counts at the end.
//!
//! Lines are written as they come, so that a report of any length takes no memory. No line has a
//! token.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use uuid::Uuid;

use super::judge::Outcome;
use super::reason::Reason;
use super::row::{OriginalConnection, Stray};

/// How many characters of an external id the console shows; the file has them all.
const SHOWN: usize = 40;

/// The file of the report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report {path}: {reason}")]
pub struct ReportError {
    path: PathBuf,
    reason: std::io::Error,
}

/// The report of one run.
pub(super) struct Report<Say> {
    say: Say,
    file: Option<(PathBuf, BufWriter<File>)>,
    counts: Counts,
    reasons: BTreeMap<&'static str, u64>,
}

#[derive(Default)]
struct Counts {
    read: u64,
    taken: u64,
    renewed: u64,
    here: u64,
    deleted: u64,
    refused: u64,
}

/// A connection that was not taken, as the file tells it.
#[derive(Serialize)]
struct Line<'a> {
    connection_id: Option<Uuid>,
    external_id: Option<&'a str>,
    provider: Option<&'a str>,
    reason: &'static str,
    detail: String,
}

impl<Say: Fn(&str)> Report<Say> {
    /// Makes the file, if there shall be one; a file of an earlier run is written anew.
    pub(super) fn open(path: Option<&Path>, say: Say) -> Result<Self, ReportError> {
        let open = |path: &Path| match File::create(path) {
            Ok(file) => Ok((path.to_owned(), BufWriter::new(file))),
            Err(reason) => Err(failed(path, reason)),
        };
        Ok(Self {
            say,
            file: path.map(open).transpose()?,
            counts: Counts::default(),
            reasons: BTreeMap::new(),
        })
    }

    /// Counts a connection, and tells of it if it was not taken.
    pub(super) fn add(
        &mut self,
        connection: &OriginalConnection,
        outcome: Outcome,
    ) -> Result<(), ReportError> {
        self.counts.read += 1;
        match outcome {
            Outcome::Taken => self.counts.taken += 1,
            Outcome::Renewed => self.counts.renewed += 1,
            Outcome::Here => self.counts.here += 1,
            Outcome::Deleted => self.counts.deleted += 1,
            Outcome::Refused(reason) => self.refuse(&Line {
                connection_id: Some(connection.id),
                external_id: connection.external_id(),
                provider: connection.provider(),
                reason: reason.slug(),
                detail: reason.to_string(),
            })?,
        }
        Ok(())
    }

    /// Tells of an external id that has no connection.
    pub(super) fn add_stray(&mut self, stray: &Stray) -> Result<(), ReportError> {
        let reason = Reason::NoRow("connection");
        self.refuse(&Line {
            connection_id: stray.id,
            external_id: stray.external_id.as_deref(),
            provider: stray.provider.as_deref(),
            reason: reason.slug(),
            detail: reason.to_string(),
        })
    }

    /// How far the run is.
    pub(super) fn progress(&self, total: i64) -> String {
        let Counts {
            read,
            taken,
            renewed,
            here,
            deleted,
            refused,
        } = &self.counts;
        let left = here + deleted;
        format!(
            "{read} of {total} read: {taken} taken, {renewed} renewed, {left} left as they are, {refused} not taken"
        )
    }

    /// Tells the counts, and whether everything is here that the original has.
    pub(super) fn finish(mut self) -> Result<bool, ReportError> {
        if let Some((path, file)) = &mut self.file {
            file.flush().map_err(|reason| failed(path, reason))?;
        }
        let Counts {
            read,
            taken,
            renewed,
            here,
            deleted,
            refused,
        } = self.counts;
        let rows = [
            ("read", read),
            ("taken", taken),
            ("renewed: never used here, and newer there", renewed),
            ("here already, left as they are", here),
            (
                "deleted here since an earlier run, not taken again",
                deleted,
            ),
            ("not taken", refused),
        ];
        for (what, count) in rows {
            (self.say)(&format!("{count:>9}  {what}"));
        }
        for (reason, count) in &self.reasons {
            (self.say)(&format!("{count:>13}  {reason}"));
        }
        (self.say)(
            "The original server must be stopped before the last run: it and this one would use up each other's tokens.",
        );
        Ok(refused == 0)
    }

    fn refuse(&mut self, line: &Line<'_>) -> Result<(), ReportError> {
        if self.counts.refused == 0 {
            (self.say)("not taken:");
        }
        self.counts.refused += 1;
        *self.reasons.entry(line.reason).or_default() += 1;
        let id = line.connection_id.map(|id| id.to_string());
        (self.say)(&format!(
            "{id:36}  {external_id}  {provider}: {detail}",
            id = id.unwrap_or_default(),
            external_id = shown(line.external_id),
            provider = line.provider.unwrap_or("-"),
            detail = line.detail,
        ));
        let Some((path, file)) = &mut self.file else {
            return Ok(());
        };
        let json = serde_json::to_string(line).expect("texts and ids are JSON");
        writeln!(file, "{json}").map_err(|reason| failed(path, reason))
    }
}

fn failed(path: &Path, reason: std::io::Error) -> ReportError {
    let path = path.to_owned();
    ReportError { path, reason }
}

/// An external id for the console, whatever it holds.
fn shown(external_id: Option<&str>) -> String {
    let Some(external_id) = external_id else {
        return "-".to_owned();
    };
    let mut shown: String = external_id.chars().take(SHOWN).collect();
    if shown.len() < external_id.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}
