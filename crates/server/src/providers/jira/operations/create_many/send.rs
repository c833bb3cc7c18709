//! One part of many tickets: what it needs is looked up, it is sent, and what became of it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use juncture_jira::{CreatedIssue, Error as JiraError, NewIssue, Site};
use serde_json::Value;

use super::marks::Found;
use super::{Batch, End, Made, Order, Outcome, SCOPES, Unmade};
use crate::failure::{Failure, UpstreamFailure};
use crate::providers::jira::failure::{CallError, OperationError, Refusal};
use crate::providers::jira::help::help_within;
use crate::providers::jira::operations::create::{self, Wanted};
use crate::providers::jira::operations::given::{self, Learned};

/// The scopes that looking for issues needs.
const READ: &[&str] = &["read:jira-work"];

/// How long each of the steps may take that come before and after a part is sent: all of them, and two
/// calls, take less than a claim lasts.
const LONGEST_STEP: Duration = Duration::from_secs(50);

/// What became of the tickets of a part, in their order; none where that is for its [`End`] to say.
type Part = Vec<Option<Outcome>>;

/// What is sent: the tickets by their numbers, as they are wanted, and as Jira takes them.
type Prepared = Vec<(usize, Wanted, NewIssue)>;

impl Batch<'_> {
    /// Creates the tickets of these numbers; only those that are not there, if it `is_again`.
    pub(super) async fn send(&mut self, range: Range<usize>, is_again: bool) -> (Part, End) {
        let mut part: Part = vec![None; range.len()];
        if is_again && !Box::pin(self.find(&range, &mut part)).await {
            return (
                part,
                End::Unknown(unknown("nobody knows what was done before")),
            );
        }
        let clock = self.site.jira().tokens.clock.clone();
        let prepared = tokio::select! {
            biased;
            prepared = Box::pin(self.prepare(&range, &mut part)) => prepared,
            () = clock.deadline(LONGEST_STEP) => Err(timeout("the fields were not known in time")),
        };
        let prepared = match prepared {
            Ok(prepared) if prepared.is_empty() => return (part, End::Known),
            Ok(prepared) => prepared,
            Err(error) => return (part, End::Failed(error)),
        };
        let issues: Vec<NewIssue> = prepared.iter().map(|(.., issue)| issue.clone()).collect();
        let sent = self.site.ask(SCOPES, async move |site: Site<'_>| {
            site.create_issues(&issues).await
        });
        let refused = match Box::pin(sent).await {
            Ok(outcomes) => Self::note(&range, &mut part, prepared, outcomes),
            Err(CallError::Told(error)) => {
                let each = |(number, wanted, _)| (number, wanted, error.clone());
                prepared.into_iter().map(each).collect()
            }
            Err(CallError::Failed(failure)) if is_unknown(&failure) => {
                let is_known = Box::pin(self.find(&range, &mut part)).await;
                let is_all = is_known && part.iter().all(Option::is_some);
                // What was not found may come yet: Jira may still be at it.
                let end = if is_all {
                    End::Known
                } else {
                    End::Unknown(failure.into())
                };
                return (part, end);
            }
            Err(CallError::Failed(failure)) => return (part, End::Failed(failure.into())),
        };
        self.explain(&range, &mut part, refused).await;
        (part, End::Known)
    }

    /// What is sent of these numbers. What is wrong with a ticket is noted, and keeps none of the others.
    async fn prepare(
        &mut self,
        range: &Range<usize>,
        part: &mut Part,
    ) -> Result<Prepared, OperationError> {
        let mut prepared = Vec::new();
        for number in range.clone() {
            let slot = number - range.start;
            if part[slot].is_some() {
                continue;
            }
            match Box::pin(self.ready(number)).await {
                Ok((wanted, issue)) => prepared.push((number, wanted, issue)),
                Err(Unmade::Failed(OperationError::Failed(failure))) if !is_of_one(&failure) => {
                    return Err(failure.into());
                }
                Err(unmade) => part[slot] = Some(Outcome::Unmade((self.told)(unmade))),
            }
        }
        Ok(prepared)
    }

    /// The ticket of this number, ready to be sent.
    async fn ready(&mut self, number: usize) -> Result<(Wanted, NewIssue), Unmade> {
        let Order { wanted, parent } = match &self.orders[number] {
            Ok(order) => order,
            Err(words) => return Err(Unmade::Told(words.clone())),
        };
        let mut wanted = wanted.clone();
        if let Some(parent) = parent {
            let Some(Outcome::Made(made)) = self.outcomes.get(*parent) else {
                return Err(Unmade::WithoutParent);
            };
            wanted
                .given
                .insert("parent".to_owned(), Value::String(made.key.clone()));
        }
        let target = wanted.target();
        let (site, learned) = (self.site, self.learned_for(&wanted));
        let checked = given::ready(site, &target, &wanted.given, learned).await;
        let mut issue = wanted.issue.clone();
        issue.extra = checked.map_err(Unmade::Failed)?.fields;
        issue.properties = self.marks.of(number);
        Ok((wanted, issue))
    }

    /// What was learned of the fields of its type in its project.
    fn learned_for(&mut self, wanted: &Wanted) -> &mut Learned {
        let (project, kind) = (&wanted.issue.project, &wanted.issue.issue_type_id);
        let of_type = (project.clone(), kind.clone());
        self.learned.entry(of_type).or_default()
    }

    /// Notes those that were made; gives those that Jira has refused.
    fn note(
        range: &Range<usize>,
        part: &mut Part,
        prepared: Prepared,
        outcomes: Vec<Result<CreatedIssue, JiraError>>,
    ) -> Vec<(usize, Wanted, JiraError)> {
        let mut refused = Vec::new();
        for ((number, wanted, _), outcome) in prepared.into_iter().zip(outcomes) {
            match outcome {
                Ok(CreatedIssue { id, key, .. }) => {
                    part[number - range.start] = Some(Outcome::Made(Made { id, key }));
                }
                Err(error) => refused.push((number, wanted, error)),
            }
        }
        refused
    }

    /// Says why Jira has refused some; in its own words alone where the reasons cannot be had in time.
    async fn explain(
        &mut self,
        range: &Range<usize>,
        part: &mut Part,
        refused: Vec<(usize, Wanted, JiraError)>,
    ) {
        let clock = self.site.jira().tokens.clock.clone();
        let until = clock.steady() + LONGEST_STEP;
        for (number, wanted, error) in refused {
            let (target, plain) = (wanted.target(), Refusal::from(&error));
            let (site, learned) = (self.site, self.learned_for(&wanted));
            let left = until.saturating_sub(clock.steady());
            let told = CallError::Told(error);
            let why = create::refused(site, &target, &wanted.given, learned, told);
            let why = async { Ok::<_, std::convert::Infallible>(Box::pin(why).await) };
            let why = help_within(left, "why an issue was refused", &*clock, why).await;
            let why = why.unwrap_or(OperationError::Refused(plain));
            let words = (self.told)(Unmade::Failed(why));
            part[number - range.start] = Some(Outcome::Unmade(words));
        }
    }

    /// Looks for those of these numbers that are there; false if others may be there as well.
    async fn find(&self, range: &Range<usize>, part: &mut Part) -> bool {
        let mut by_project: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for number in range.clone() {
            if let (Ok(order), None) = (&self.orders[number], &part[number - range.start]) {
                let project = by_project.entry(&order.wanted.issue.project);
                project.or_default().insert(number);
            }
        }
        let clock = self.site.jira().tokens.clock.clone();
        let looking = async {
            let mut all = Found::none();
            for (project, wanted) in by_project {
                let found = self.look(project, wanted).await?;
                all.is_all &= found.is_all;
                all.issues.extend(found.issues);
            }
            Ok::<_, CallError>(all)
        };
        let looking = Box::pin(looking);
        let found = help_within(LONGEST_STEP, "what was created", &*clock, looking).await;
        let Some(found) = found else { return false };
        for (number, made) in found.issues {
            part[number - range.start] = Some(Outcome::Made(made));
        }
        found.is_all
    }

    async fn look(&self, project: &str, wanted: BTreeSet<usize>) -> Result<Found, CallError> {
        let (marks, metadata) = (self.marks.clone(), self.site.metadata());
        let (project, now) = (project.to_owned(), self.site.jira().now());
        let asked = self.site.ask(READ, async move |site: Site<'_>| {
            let found = marks.find(site, &metadata, &project, wanted.clone(), now);
            found.await
        });
        Box::pin(asked).await
    }
}

/// Whether the failure is about one ticket, and says nothing of the others.
fn is_of_one(failure: &Failure) -> bool {
    matches!(failure, Failure::AccessDenied { .. })
}

fn is_unknown(failure: &Failure) -> bool {
    let unknown = UpstreamFailure::OutcomeUnknown;
    matches!(failure, Failure::Upstream { failure, .. } if *failure == unknown)
}

fn unknown(why: &'static str) -> OperationError {
    let (failure, source) = (UpstreamFailure::OutcomeUnknown, why.into());
    OperationError::Failed(Failure::Upstream { failure, source })
}

fn timeout(why: &'static str) -> OperationError {
    let (failure, source) = (UpstreamFailure::Timeout, why.into());
    OperationError::Failed(Failure::Upstream { failure, source })
}
