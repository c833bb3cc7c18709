//! Rate limits: token buckets for bursts, writes of one issue, and points for each hour.
//!
//! Follows <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>. All of it runs on
//! the sandbox's clock, so a clock that stands refills nothing. What counts is decided here, what
//! the answers say of it in [`mod@meter`].

mod bucket;
pub(crate) mod meter;
mod quota;
mod writes;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use bucket::{Bucket, Rate};
use writes::Writes;

pub(crate) use quota::{HOURLY_POINTS, Quota, resets_at};

/// What is used up.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counters {
    /// By site, method and route: all apps and people of a site share them.
    #[serde(skip)]
    buckets: HashMap<(usize, String, String), Bucket>,
    /// By site and issue.
    #[serde(skip)]
    writes: HashMap<(usize, u64), Writes>,
    pub(crate) quota: Quota,
}
