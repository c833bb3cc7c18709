//! An issue, moved to another status: by one step of its workflow, never by trying.
//!
//! Where the issue is and what can be done from there is one call, and with the step and a look at
//! what came of it that is three; a fourth asks for the fields of a screen, where Jira does not tell
//! them with the issue.

mod choose;
mod form;

use juncture_jira::adf::Document;
use juncture_jira::{Place, Site, Standing, Status, Step, Transition};
use juncture_views::jira::transitions::{Moved, OfferedView};

pub(crate) use choose::{Category, Target};
pub(crate) use form::Given;

use super::transitions::{self, offered};
use crate::failure::{Failure, UpstreamFailure};
use crate::providers::jira::failure::{
    Absent, CallError, Conflict, OperationError, Refusal, Unmoved,
};
use crate::providers::jira::help::help;
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::permissions::{Needs, explained};
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;
use crate::providers::jira::view::transitions::moved;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work", "write:jira-work"];

/// The permissions that it needs with a comment.
const WITH_COMMENT: Needs = Needs::All(&["TRANSITION_ISSUES", "ADD_COMMENTS"]);

/// What is to be done to an issue.
pub(crate) struct Wish {
    /// Where it is to go.
    pub(crate) target: Target,
    /// What is given with the step.
    pub(crate) given: Given,
    /// What to say about it.
    pub(crate) comment: Option<Document>,
}

/// Moves an issue, unless it is there already. Where somebody else moves it at the same moment, it is
/// looked at once more; no other refusal is tried again.
pub(crate) async fn transition(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    wish: &Wish,
) -> Result<Moved, OperationError> {
    let _turn = site.turn(issue).await?;
    match Box::pin(attempt(site, issue, wish)).await {
        Err(OperationError::Conflict(Conflict::IssueModified)) => {
            Box::pin(attempt(site, issue, wish)).await
        }
        outcome => outcome,
    }
}

async fn attempt(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    wish: &Wish,
) -> Result<Moved, OperationError> {
    let mut standing = stands(site, issue).await?;
    if wish.target.is_reached(&standing.status) {
        return Ok(is_there(&standing, None));
    }
    if !choose::is_enough(&standing.transitions, &wish.target) {
        standing.transitions = offered(site, issue).await?;
    }
    let steps = std::mem::take(&mut standing.transitions);
    let step = choose::choose(&steps, &wish.target, |field| wish.given.has(field));
    let step = step.map_err(OperationError::Unmoved)?;
    if step.to.id == standing.status.id && !step.is_looped {
        return Ok(is_there(&standing, Some(step)));
    }
    let fields = form::fill(site, step, &wish.given).await?;
    let order = Step {
        transition_id: step.id.clone(),
        fields,
        comment: wish.comment.clone(),
    };
    Walk {
        site,
        issue,
        standing,
        step,
    }
    .go(order)
    .await
}

/// Where the issue is, and what can be done from there.
async fn stands(site: &JiraSite, issue: &IssueIdOrKey) -> Result<Standing, OperationError> {
    let asked = site.ask(transitions::SCOPES, {
        let issue = issue.clone();
        async move |site: Site<'_>| site.standing(issue.as_str()).await
    });
    asked.await.map_err(|error| error.about(Absent::Issue))
}

fn is_there(standing: &Standing, step: Option<&Transition>) -> Moved {
    Moved {
        issue: moved(standing, &standing.status),
        changed: false,
        transition: step.map(OfferedView::of),
    }
}

/// One step of an issue.
struct Walk<'a> {
    site: &'a JiraSite,
    issue: &'a IssueIdOrKey,
    standing: Standing,
    step: &'a Transition,
}

impl Walk<'_> {
    async fn go(self, order: Step) -> Result<Moved, OperationError> {
        let has_comment = order.comment.is_some();
        let made = self.site.ask(&SCOPES[1..], {
            let issue = self.issue.clone();
            async move |site: Site<'_>| site.transition_issue(issue.as_str(), &order).await
        });
        match made.await {
            Ok(()) => self.arrive().await,
            Err(error) if is_outcome_unknown(&error) => self.look_after(error).await,
            Err(error) => Err(self.refused(error, has_comment).await),
        }
    }

    /// Jira has said that the step was made where something held it back (JRA-33909), so the status is
    /// read; what it says then is where the issue is.
    async fn arrive(self) -> Result<Moved, OperationError> {
        let to = &self.step.to;
        Ok(match self.status().await {
            Some(status) if status.id == self.standing.status.id && status.id != to.id => {
                return Err(OperationError::Unmoved(Unmoved::WithoutEffect));
            }
            Some(status) => self.moved(&status, false),
            None => self.moved(to, true),
        })
    }

    /// Nobody knows whether the step was made, but that the issue is where it leads tells it. Where it
    /// is not, it may still come there.
    async fn look_after(self, error: CallError) -> Result<Moved, OperationError> {
        let is_telling = self.step.to.id != self.standing.status.id;
        match self.status().await {
            Some(status) if is_telling && status.id == self.step.to.id => {
                Ok(self.moved(&status, false))
            }
            _ => Err(error.into()),
        }
    }

    async fn status(&self) -> Option<Status> {
        let read = self.site.ask(transitions::SCOPES, {
            let issue = self.issue.clone();
            async move |site: Site<'_>| site.issue(issue.as_str(), &["status"]).await
        });
        let clock = &*self.site.jira().tokens.clock;
        let issue = help("the status after a transition", clock, read).await?;
        issue.fields.status
    }

    fn moved(&self, status: &Status, partial: bool) -> Moved {
        let mut issue = moved(&self.standing, status);
        issue.partial = partial;
        Moved {
            issue,
            changed: true,
            transition: Some(OfferedView::of(self.step)),
        }
    }

    async fn refused(&self, error: CallError, has_comment: bool) -> OperationError {
        let needs = if has_comment {
            WITH_COMMENT
        } else {
            transitions::NEEDS
        };
        let place = Place::Issue(self.issue.as_str());
        match explained(self.site, place, needs, error).await {
            CallError::Told(error) if error.is_conflict() => {
                OperationError::Conflict(Conflict::IssueModified)
            }
            CallError::Told(error) if error.is_step_not_possible() => {
                match offered(self.site, self.issue).await {
                    Ok(steps) => OperationError::Unmoved(Unmoved::NotAvailable(steps)),
                    Err(error) => error,
                }
            }
            CallError::Told(error) if error.is_invalid() => {
                let refusal = Refusal::of(&error, &self.step.fields);
                if form::are_missing(&refusal.fields) {
                    OperationError::Unmoved(Unmoved::FieldsRequired(refusal.fields))
                } else if refusal.fields.is_empty() {
                    OperationError::Unmoved(Unmoved::Refused(refusal.reasons))
                } else {
                    OperationError::Refused(refusal)
                }
            }
            error => error.about(Absent::Issue),
        }
    }
}

fn is_outcome_unknown(error: &CallError) -> bool {
    let CallError::Failed(Failure::Upstream { failure, .. }) = error else {
        return false;
    };
    *failure == UpstreamFailure::OutcomeUnknown
}
