//! An issue, changed.

use std::collections::BTreeMap;

use juncture_jira::IssueChanges;
use juncture_views::jira::edited::EditedIssue;
use juncture_views::jira::issue::CoreView;

use super::given::{self, Given, Learned, Target};
use super::rich_texts::Texts;
use crate::foreign;
use crate::providers::jira::failure::{Absent, CallError, Conflict, OperationError, Refusal};
use crate::providers::jira::help::help;
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;
use crate::providers::jira::view::edited::Losses;
use crate::providers::jira::view::issue as view;
use crate::providers::jira::view::tickets::described;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["write:jira-work"];

/// What is to be done to an issue.
pub(crate) struct Edit {
    /// What to change of the fields that have a place of their own. The description in it is what
    /// `markdown` alone would make.
    pub(crate) changes: IssueChanges,
    /// New values of any fields. Of rich texts among them that are given as Markdown, what the text
    /// does not change stays.
    pub(crate) given: Given,
    /// The new description, if it is given as Markdown: then the same holds for it.
    pub(crate) markdown: Option<String>,
    /// Whether files may go that the texts no longer show.
    pub(crate) allow_media_loss: bool,
}

/// Changes an issue, and gives it back: whole if that can be had soon, else as far as it is known;
/// and what the old texts had and Markdown cannot say.
pub(crate) async fn edit(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    edit: Edit,
) -> Result<(EditedIssue, Losses), OperationError> {
    let Edit {
        mut changes,
        given,
        markdown,
        allow_media_loss,
    } = edit;
    let target = target(issue, &changes);
    let mut learned = Learned::default();
    let mut others = BTreeMap::new();
    if !given.is_empty() {
        let checked = Box::pin(given::ready(site, &target, &given, &mut learned)).await?;
        changes.extra = checked.fields;
        changes.update = checked.update;
        others = checked.markdown;
    }
    let turn = site.turn(issue).await?;
    let texts = Texts::of(&mut changes, markdown, others);
    let said = texts.description().map(str::to_owned);
    let revised = texts.revise(site, issue, &mut changes, allow_media_loss);
    let lost = Box::pin(revised).await?;
    // What the description says already.
    let said = said.filter(|_| changes.description.is_keep());
    // To make the same change twice is to make it once, so it may be asked for again. Where the text
    // says nothing new, there is nothing to ask for.
    if !changes.is_empty() {
        let edited = site.ask(SCOPES, {
            let (issue, changes) = (issue.clone(), changes.clone());
            async move |site| site.edit_issue(issue.as_str(), &changes).await
        });
        if let Err(error) = edited.await {
            let refused = Box::pin(refused(site, &target, &given, &mut learned, error));
            return Err(refused.await);
        }
    }
    drop(turn);
    let read = site.ask(SCOPES, {
        let issue = issue.clone();
        async move |site| site.issue(issue.as_str(), &view::CORE_FIELDS).await
    });
    let clock = &*site.jira().tokens.clock;
    let shown = if let Some(issue) = help("the edited issue", clock, read).await {
        let bytes = described(std::slice::from_ref(&issue));
        EditedIssue::Whole(foreign::convert(bytes, || CoreView::of(issue)).await)
    } else {
        let mut known = view::known(issue, changes);
        if let Some(said) = said {
            known.description = Some((!said.is_empty()).then_some(said));
        }
        EditedIssue::Known(known)
    };
    Ok((shown, lost))
}

/// The issue, and what of it is changed by other ways than by `given`.
fn target(issue: &IssueIdOrKey, changes: &IssueChanges) -> Target {
    let mut by_other_ways = Vec::new();
    let is_labelled = !changes.add_labels.is_empty() || !changes.remove_labels.is_empty();
    by_other_ways.extend(changes.summary.is_some().then_some("summary"));
    by_other_ways.extend(changes.priority_id.is_some().then_some("priority"));
    by_other_ways.extend(changes.issue_type_id.is_some().then_some("issuetype"));
    by_other_ways.extend((!changes.description.is_keep()).then_some("description"));
    by_other_ways.extend((!changes.assignee.is_keep()).then_some("assignee"));
    by_other_ways.extend(is_labelled.then_some("labels"));
    Target::Issue {
        issue: issue.clone(),
        by_other_ways,
    }
}

async fn refused(
    site: &JiraSite,
    target: &Target,
    given: &Given,
    learned: &mut Learned,
    error: CallError,
) -> OperationError {
    match Box::pin(given::denied(site, target, error)).await {
        CallError::Told(error) if error.is_not_found() => OperationError::Absent(Absent::Issue),
        CallError::Told(error) if error.is_conflict() => {
            OperationError::Conflict(Conflict::IssueModified)
        }
        CallError::Told(error) if given.is_empty() => {
            OperationError::Refused(Refusal::from(&error))
        }
        CallError::Told(error) => {
            Box::pin(given::refused(site, target, given, learned, &error)).await
        }
        CallError::Failed(failure) => failure.into(),
    }
}
