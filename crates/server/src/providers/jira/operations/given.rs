//! Values that a caller gives to fields, by their ids or exact names.
//!
//! They are checked against what Jira says of the fields before anything is written, so that all that
//! is wrong is told at once. What is kept of that may be out of date: so before a value is refused, and
//! after Jira has refused one, it is asked for anew, once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use juncture_jira::fields::{self, Checked, Purpose, Setting, WrongField};
use juncture_jira::{Error as JiraError, FieldMeta, Place, Site};
use serde_json::{Map, Value};

use super::not_here::{given_otherwise, told};
use super::parent::{clears_parent, is_team_managed};
use crate::failure::Failure;
use crate::foreign;
use crate::providers::jira::failure::{Absent, CallError, OperationError, Refusal};
use crate::providers::jira::help::{help, help_within};
use crate::providers::jira::metadata::{Known, Metadata};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::people::look_up;
use crate::providers::jira::permissions::{Needs, explained, look};
use crate::providers::jira::site::JiraSite;

/// The scopes that looking fields up needs.
const READ: &[&str] = &["read:jira-work"];

/// How long a new issue waits for what could tell that Jira will refuse it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Values by the ids or the exact names of their fields; null clears.
pub(crate) type Given = Map<String, Value>;

/// What the values are given to.
#[derive(Clone)]
pub(crate) enum Target {
    /// A new issue.
    New {
        /// The id or key of its project.
        project: String,
        /// The id of its type.
        issue_type: String,
        /// The ids of the fields that it gets by other ways.
        by_other_ways: Vec<&'static str>,
    },
    /// An issue that is there.
    Issue {
        /// Its id or key.
        issue: IssueIdOrKey,
        /// The ids of the fields that are changed by other ways.
        by_other_ways: Vec<&'static str>,
    },
}

/// What was learned of the fields of one kind of target, for all that are checked against them.
#[derive(Default)]
pub(crate) struct Learned {
    fields: Option<Known<Arc<Vec<FieldMeta>>>>,
    /// Jira did not tell them soon.
    is_silent: bool,
    /// Whether Jira shows the project of a new issue, where that was asked.
    is_hidden: Option<bool>,
    /// People by their addresses; none where an address is nobody's.
    accounts: BTreeMap<String, Option<String>>,
}

impl Target {
    async fn fields(
        &self,
        metadata: &Metadata,
        site: Site<'_>,
    ) -> Result<Known<Vec<FieldMeta>>, JiraError> {
        match self {
            Self::New {
                project,
                issue_type,
                ..
            } => metadata.create_fields(site, project, issue_type).await,
            Self::Issue { issue, .. } => metadata.edit_fields(site, issue.as_str()).await,
        }
    }

    fn place(&self) -> Place<'_> {
        match self {
            Self::New { project, .. } => Place::Project(project),
            Self::Issue { issue, .. } => Place::Issue(issue.as_str()),
        }
    }

    fn needs(&self) -> Needs {
        match self {
            Self::New { .. } => Needs::All(&["CREATE_ISSUES"]),
            Self::Issue { .. } => Needs::All(&["EDIT_ISSUES"]),
        }
    }

    /// What is not there where Jira says so.
    pub(crate) fn absent(&self) -> Absent {
        match self {
            Self::New { .. } => Absent::ProjectOrIssueType,
            Self::Issue { .. } => Absent::Issue,
        }
    }

    fn by_other_ways(&self) -> &[&'static str] {
        match self {
            Self::New { by_other_ways, .. } | Self::Issue { by_other_ways, .. } => by_other_ways,
        }
    }
}

/// The values as Jira takes them, or everything that is wrong with them.
///
/// Where nothing is given, an issue is checked for good measure: Jira that does not tell its fields, or
/// not soon, is asked to create it all the same.
pub(crate) async fn ready(
    site: &JiraSite,
    target: &Target,
    given: &Given,
    learned: &mut Learned,
) -> Result<Checked, OperationError> {
    Box::pin(learned.learn(site, target, given.is_empty())).await?;
    let Some(is_kept) = learned.fields.as_ref().map(|known| known.is_kept) else {
        return Ok(Checked::default());
    };
    let mut checked = Box::pin(check(site, target, given, learned)).await?;
    if !checked.wrong.is_empty() && is_kept {
        let asked = Box::pin(learned.learn_anew(site, target)).await;
        asked.map_err(|error| error.about(target.absent()))?;
        checked = Box::pin(check(site, target, given, learned)).await?;
    }
    if checked.wrong.is_empty() {
        return Ok(checked);
    }
    Err(told(site, target.place(), checked.wrong).await)
}

/// What it means that Jira has refused the values with this error.
pub(crate) async fn refused(
    site: &JiraSite,
    target: &Target,
    given: &Given,
    learned: &mut Learned,
    error: &JiraError,
) -> OperationError {
    let clock = &*site.jira().tokens.clock;
    let asked = async {
        match &learned.fields {
            Some(known) if !known.is_kept => Ok(()),
            Some(_) => learned.learn_anew(site, target).await,
            None => {
                learned.fields = Some(fields_of(site, target, site.metadata()).await?);
                Ok(())
            }
        }
    };
    let asked = help("the fields of the issue", clock, Box::pin(asked)).await;
    let Some(fields) = asked.and_then(|()| learned.known()) else {
        return OperationError::Refused(Refusal::of(error, &[]));
    };
    if let Ok(checked) = Box::pin(check(site, target, given, learned)).await
        && !checked.wrong.is_empty()
    {
        return told(site, target.place(), checked.wrong).await;
    }
    OperationError::Refused(Refusal::of(error, &fields))
}

impl Learned {
    /// Learns what fields there are, unless that is known. If `is_nothing_given`, it does not wait
    /// for long, nor fail.
    async fn learn(
        &mut self,
        site: &JiraSite,
        target: &Target,
        is_nothing_given: bool,
    ) -> Result<(), OperationError> {
        if self.fields.is_some() || (is_nothing_given && self.is_silent) {
            return Ok(());
        }
        let asked = Box::pin(fields_of(site, target, site.metadata()));
        if is_nothing_given {
            let clock = &*site.jira().tokens.clock;
            self.fields = help_within(PATIENCE, "the fields of the issue", clock, asked).await;
            self.is_silent = self.fields.is_none();
            return Ok(());
        }
        let known = match asked.await {
            Ok(known) => known,
            Err(error) => {
                let error = Box::pin(denied(site, target, error)).await;
                return Err(error.about(target.absent()));
            }
        };
        if known.value.is_empty() {
            // Jira's way to say that somebody may not.
            Box::pin(allowed(site, target)).await?;
        }
        self.fields = Some(known);
        Ok(())
    }

    /// Whether Jira says that the project of a new issue is not there. Anything else tells nothing.
    pub(crate) async fn is_hidden(&mut self, site: &JiraSite, target: &Target) -> bool {
        let Target::New { project, .. } = target else {
            return false;
        };
        if let Some(is_hidden) = self.is_hidden {
            return is_hidden;
        }
        let project = project.clone();
        let asked = site.ask(READ, async move |site| match site.project(&project).await {
            Ok(_) => Ok(false),
            Err(error) if error.is_not_found() => Ok(true),
            Err(error) => Err(error),
        });
        let clock = &*site.jira().tokens.clock;
        let is_hidden = help("the project", clock, Box::pin(asked)).await;
        *self.is_hidden.insert(is_hidden.unwrap_or_default())
    }

    async fn learn_anew(&mut self, site: &JiraSite, target: &Target) -> Result<(), CallError> {
        self.fields = Some(fields_of(site, target, site.metadata().anew()).await?);
        Ok(())
    }

    fn known(&self) -> Option<Arc<Vec<FieldMeta>>> {
        self.fields.as_ref().map(|known| known.value.clone())
    }
}

/// A refusal, told as a missing permission if it is one: Jira says so with a bad request, or as if the
/// project were not there.
pub(crate) async fn denied(site: &JiraSite, target: &Target, error: CallError) -> CallError {
    explained(site, target.place(), target.needs(), error).await
}

/// Fails where a look shows that the permission is missing.
pub(crate) async fn allowed(site: &JiraSite, target: &Target) -> Result<(), OperationError> {
    let look = look(site, target.place()).await;
    let permissions = target.needs().missing(&look);
    if target.needs().are_denied_by(&permissions) {
        return Err(OperationError::Failed(Failure::AccessDenied {
            reasons: Vec::new(),
            permissions,
        }));
    }
    Ok(())
}

/// What Jira says of the fields.
async fn fields_of(
    site: &JiraSite,
    target: &Target,
    metadata: Metadata,
) -> Result<Known<Arc<Vec<FieldMeta>>>, CallError> {
    let target = target.clone();
    let asked = site.ask(READ, async move |site| target.fields(&metadata, site).await);
    let Known { value, is_kept } = asked.await?;
    let value = Arc::new(value);
    Ok(Known { value, is_kept })
}

/// Checks values against the fields that are known; people who are named by their addresses are looked
/// up.
async fn check(
    site: &JiraSite,
    target: &Target,
    given: &Given,
    learned: &mut Learned,
) -> Result<Checked, OperationError> {
    let fields = learned.known().unwrap_or_default();
    let is_team_managed = match target {
        Target::Issue { issue, .. } if clears_parent(&fields, given) => {
            Box::pin(is_team_managed(site, issue)).await
        }
        _ => false,
    };
    loop {
        let (target, fields, given) = (target.clone(), fields.clone(), given.clone());
        let known = learned.accounts.clone();
        let bytes = serde_json::to_string(&given).map_or(0, |text| text.len());
        let check = move || {
            let setting = Setting {
                purpose: match &target {
                    Target::New { by_other_ways, .. } => Purpose::New {
                        given: by_other_ways,
                    },
                    Target::Issue { .. } => Purpose::Edit,
                },
                is_team_managed,
                accounts: &known,
            };
            let mut checked = fields::check(&fields, &given, setting);
            let has_other_way = |id: &str| target.by_other_ways().contains(&id);
            let of_others = |field: &&mut WrongField| has_other_way(&field.id);
            for field in checked.wrong.iter_mut().filter(of_others) {
                *field = given_otherwise(&field.id);
            }
            let given = checked.fields.ids().chain(checked.update.ids());
            let given = given.filter(|id| has_other_way(id));
            let given: Vec<WrongField> = given.map(given_otherwise).collect();
            checked.wrong.extend(given);
            checked
        };
        let checked = foreign::convert(bytes, check).await;
        if checked.addresses.is_empty() {
            return Ok(checked);
        }
        look_up(site, checked.addresses, &mut learned.accounts).await?;
    }
}
