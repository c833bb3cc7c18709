//! What a page of issues holds: each issue, read as it comes, and what stands around them.

use std::mem;
use std::sync::Arc;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::issues::{Issue, IssueError};
use super::{at_most, null_as_empty};
use crate::call::Call;
use crate::error::{Error, Garbage, Kind};
use crate::items::{MOST_ITEMS, ReadItem};
use crate::listing::Listing;

const UNFIT: Kind = Kind::Garbage(StatusCode::OK, Garbage::OtherShape);

/// What a page lists.
pub(super) trait Row: Send + 'static {
    /// The issue's id.
    fn id(&self) -> &str;
}

/// An issue without its fields, which takes a tenth of the memory.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) key: String,
}

impl Row for Listed {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed {
    pub(super) fn reader() -> ReadItem<Self> {
        Arc::new(|text| juncture_json::decode_parts(text))
    }
}

/// What was made of an issue.
pub(super) struct Made<T> {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) value: T,
}

impl<T: Send + 'static> Row for Made<T> {
    fn id(&self) -> &str {
        &self.id
    }
}

impl<T: 'static> Made<T> {
    pub(super) fn values(made: Vec<Self>) -> Vec<T> {
        made.into_iter().map(|made| made.value).collect()
    }

    /// Reads issues and makes this of each.
    pub(super) fn reader(make: impl Fn(Issue) -> T + Send + Sync + 'static) -> ReadItem<Self> {
        Arc::new(move |text| {
            let issue: Issue = juncture_json::decode_parts(text)?;
            Ok(Self {
                id: issue.id.clone(),
                key: issue.key.clone(),
                value: make(issue),
            })
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(bound = "T: Deserialize<'de>")]
pub(super) struct Page<T> {
    #[serde(deserialize_with = "at_most::<MOST_ITEMS, _, _>")]
    pub(super) issues: Vec<T>,
    pub(super) is_last: Option<bool>,
    pub(super) next_page_token: Option<String>,
    /// Of the deprecated list alone.
    total: Option<usize>,
    /// Of a fetch by ids alone: the issues that Jira has but could not read this time.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub(super) issue_errors: Vec<IssueError>,
}

/// A page without the issues that were read as it came.
pub(super) type Around = Page<Box<RawValue>>;

impl Around {
    /// Where the next page of the deprecated list begins behind so many issues, if there is one.
    pub(super) fn next_offset(&self, start_at: usize, came: usize) -> Option<usize> {
        let next = start_at + came;
        let is_last = came == 0 || self.total.is_some_and(|total| next >= total);
        (!is_last).then_some(next)
    }
}

impl Listing<'_> {
    /// A page of issues, each read as it comes.
    pub(super) async fn issues<R: Send + 'static>(
        &self,
        call: Call,
        item: &ReadItem<R>,
    ) -> Result<(Around, Vec<R>), Error> {
        let endpoint = call.endpoint.clone();
        let (mut around, mut issues): (Around, _) = self.fetch_reading(call, item).await?;
        for text in mem::take(&mut around.issues) {
            // Their list was written in a way that is not looked for.
            let read = item(text.get().as_bytes());
            issues.push(read.map_err(|cause| Error::new(endpoint.clone(), UNFIT).because(cause))?);
        }
        Ok((around, issues))
    }
}
