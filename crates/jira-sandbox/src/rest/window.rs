//! Pages by offset: `startAt` and `maxResults`, which Jira clamps and never refuses.

use serde_json::{Value, json};

use crate::gateway::{Parameters, Refusal};

/// Where a page starts, and how long it may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) start: usize,
    pub(super) limit: usize,
}

impl Window {
    /// Reads the parameters; `default` is the page size of those who name none, `most` the limit.
    pub(super) fn read(parameters: &Parameters, default: i64, most: i64) -> Result<Self, Refusal> {
        let start = parameters.number("startAt")?.unwrap_or(0).max(0);
        let limit = parameters.page_size()?.unwrap_or(default);
        Ok(Self {
            start: usize::try_from(start).unwrap_or(usize::MAX),
            limit: usize::try_from(limit.clamp(1, most)).unwrap_or(1),
        })
    }

    /// The items of the page.
    pub(super) fn cut<'a, T>(&self, items: &'a [T]) -> &'a [T] {
        let start = self.start.min(items.len());
        let end = start.saturating_add(self.limit).min(items.len());
        &items[start..end]
    }

    /// Where the next page starts, or `None` after the last.
    pub(super) fn next_start(&self, total: usize) -> Option<usize> {
        let end = self.start.saturating_add(self.limit);
        (end < total).then_some(end)
    }

    /// A page bean with these values, of `total` in all.
    pub(super) fn bean(&self, values: &[Value], total: usize) -> Value {
        json!({
            "maxResults": self.limit,
            "startAt": self.start,
            "total": total,
            "isLast": self.next_start(total).is_none(),
            "values": values,
        })
    }
}
