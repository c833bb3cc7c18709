//! Many new issues, each made once, in their order.
//!
//! They are made in parts, as many as Jira takes at once. With a key, each part is claimed before it is
//! sent, and what came of it is kept: whoever comes again with the same key goes on behind it. Of a part
//! whose outcome nobody knows, the issues are found again by their [marks], and only those that are not
//! there are sent again.

mod marks;
mod plan;
mod send;
mod show;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use juncture_views::jira::created::NewTicket;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::marks::Marks;
pub(crate) use self::plan::Order;
use super::create;
use super::given::Learned;
use crate::failure::Failure;
use crate::idempotency::{Claim, Parts};
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::site::JiraSite;
use crate::random;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = create::SCOPES;

/// How many tickets may be wanted at once.
pub(crate) const MOST: usize = 500;

/// After this long no further part is begun, so that an answer comes before proxies give up, which they do
/// after 180 s.
const LONGEST: Duration = Duration::from_secs(100);

/// How it is said why a ticket was not made, in the words of whoever asks. It is kept in them, too.
pub(crate) type Words = Value;

/// Why a ticket was not made, or is not known to be.
pub(crate) enum Unmade {
    /// As one alone.
    Failed(OperationError),
    /// In words that are known already.
    Told(Words),
    /// It is to be a part of one that was not made.
    WithoutParent,
    /// It was not tried, because of what happened before.
    NotAttempted,
}

/// Why there is nothing to tell of single tickets.
pub(crate) enum Undone {
    /// None was made, or is known to be.
    Failed(OperationError),
    /// Somebody is at it, for the same key.
    UnderWay,
}

/// An issue that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Made {
    id: String,
    key: String,
}

/// What became of a ticket, as it is kept with its part.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Outcome {
    Made(Made),
    Unmade(Words),
}

/// How a part has ended.
enum End {
    /// What became of each is known, for good.
    Known,
    /// Those that are not told were not made, and may be tried again.
    Failed(OperationError),
    /// Nobody knows whether those that are not told were made.
    Unknown(OperationError),
}

/// What the claim of a part has met.
enum Claimed {
    /// It was done.
    Done(Vec<Outcome>),
    /// It is to be done; again, if it may have been done before.
    Free { is_again: bool },
}

/// The tickets that are wanted, and what has become of them so far.
pub(crate) struct Batch<'a> {
    site: &'a JiraSite,
    orders: &'a [Result<Order, Words>],
    parts: Option<Parts>,
    told: &'a (dyn Fn(Unmade) -> Words + Send + Sync),
    marks: Marks,
    /// What was learned of the fields of each type in each project.
    learned: BTreeMap<(String, String), Learned>,
    outcomes: Vec<Outcome>,
}

impl<'a> Batch<'a> {
    /// Tickets to be, or what is wrong with them already; the parts that were made for the key of the
    /// request, if it has one; and how it is said why one was not made.
    pub(crate) fn new(
        site: &'a JiraSite,
        orders: &'a [Result<Order, Words>],
        parts: Option<Parts>,
        told: &'a (dyn Fn(Unmade) -> Words + Send + Sync),
    ) -> Self {
        let marks = parts.as_ref().map_or_else(
            || Marks::new(&random::bytes::<16>(), site.jira().now()),
            |parts| Marks::new(parts.id(), parts.begun_at()),
        );
        Self {
            site,
            orders,
            parts,
            told,
            marks,
            learned: BTreeMap::new(),
            outcomes: Vec::new(),
        }
    }

    /// Creates them, and tells of each what became of it. Where something fails in the midst, those
    /// behind it are not attempted.
    pub(crate) async fn create(mut self) -> Result<Vec<Result<NewTicket, Words>>, Undone> {
        let clock = &*self.site.jira().tokens.clock;
        let until = clock.steady() + LONGEST;
        for range in plan::parts(self.orders) {
            if clock.steady() > until {
                break;
            }
            let name = format!("{}-{}", range.start, range.end);
            let is_again = match self.claim(&name).await? {
                Claimed::Done(outcomes) => {
                    self.outcomes.extend(outcomes);
                    continue;
                }
                Claimed::Free { is_again } => is_again,
            };
            let (part, end) = Box::pin(self.send(range, is_again)).await;
            self.keep(&name, &part, &end).await;
            if !self.add(part, end)? {
                break;
            }
        }
        Ok(Box::pin(self.show()).await)
    }

    /// Adds what became of a part; false if no further one may be sent.
    fn add(&mut self, part: Vec<Option<Outcome>>, end: End) -> Result<bool, Undone> {
        let is_made = |outcome: &Outcome| matches!(outcome, Outcome::Made(_));
        let is_any_made = self.outcomes.iter().any(is_made) || part.iter().flatten().any(is_made);
        let (error, goes_on) = match end {
            End::Known => (None, true),
            End::Failed(error) | End::Unknown(error) if !is_any_made => {
                return Err(Undone::Failed(error));
            }
            End::Failed(error) | End::Unknown(error) => (Some(error), false),
        };
        let error = error.map_or(Unmade::NotAttempted, Unmade::Failed);
        let words = (self.told)(error);
        let part = part.into_iter();
        let part = part.map(|outcome| outcome.unwrap_or_else(|| Outcome::Unmade(words.clone())));
        self.outcomes.extend(part);
        Ok(goes_on)
    }

    async fn claim(&self, part: &str) -> Result<Claimed, Undone> {
        let Some(parts) = &self.parts else {
            return Ok(Claimed::Free { is_again: false });
        };
        let failed = |failure: Failure| Undone::Failed(failure.into());
        match parts.claim(part).await.map_err(failed)? {
            Claim::New => Ok(Claimed::Free { is_again: false }),
            Claim::Abandoned(_) => Ok(Claimed::Free { is_again: true }),
            Claim::UnderWay | Claim::Other => Err(Undone::UnderWay),
            Claim::Done(kept) => {
                let outcomes = juncture_json::decode(&kept);
                let outcomes = outcomes.map_err(|_| failed(parts.unreadable(part).into()))?;
                Ok(Claimed::Done(outcomes))
            }
        }
    }

    /// Keeps what became of a part, so far as it is known for good.
    async fn keep(&self, name: &str, part: &[Option<Outcome>], end: &End) {
        let Some(parts) = &self.parts else { return };
        let is_made = |outcome: &Outcome| matches!(outcome, Outcome::Made(_));
        let kept = match end {
            End::Known => {
                let kept = serde_json::to_vec(part).expect("outcomes are plain data");
                parts.finish(name, &kept).await
            }
            End::Failed(_) if !part.iter().flatten().any(is_made) => parts.release(name).await,
            // Whoever comes again looks for them.
            End::Failed(_) | End::Unknown(_) => return,
        };
        if let Err(error) = kept {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what became of some tickets could not be kept; they will be looked for"
            );
        }
    }
}

impl Marks {
    fn new(id: &[u8], begun_at: Timestamp) -> Self {
        let id = id.iter().take(16).map(|byte| format!("{byte:02x}"));
        Self {
            id: id.collect(),
            begun_at,
        }
    }
}
