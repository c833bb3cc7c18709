//! Which permission somebody misses, where Jira does not say it: a comment of who may not comment is a
//! bad request, and who may not move an issue is offered no transition.
//!
//! All permissions that matter are looked at together, once a minute for each viewer and issue. The
//! look explains a refusal and decides nothing else, so its failure is nobody's failure.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use juncture_jira::{Place, Site};

use super::failure::CallError;
use super::help::help;
use super::site::JiraSite;
use crate::cache::Key;
use crate::failure::Failure;

/// The scopes that the look needs.
const SCOPES: &[&str] = &["read:jira-work"];

/// What somebody may do, by viewer and place; none where there is no such place.
const KNOWN: Key<Option<Seen>> = Key::new("jira_permissions", SignedDuration::from_mins(1));

/// What may be done, by keys.
type Seen = BTreeMap<String, bool>;

/// What is asked for at once: permissions that every Jira has, as one that it has not spoils the look.
const ASKED: [&str; 24] = [
    "ADD_COMMENTS",
    "ASSIGN_ISSUES",
    "BROWSE_PROJECTS",
    "CREATE_ATTACHMENTS",
    "CREATE_ISSUES",
    "DELETE_ALL_ATTACHMENTS",
    "DELETE_ALL_COMMENTS",
    "DELETE_ALL_WORKLOGS",
    "DELETE_ISSUES",
    "DELETE_OWN_ATTACHMENTS",
    "DELETE_OWN_COMMENTS",
    "DELETE_OWN_WORKLOGS",
    "EDIT_ALL_COMMENTS",
    "EDIT_ALL_WORKLOGS",
    "EDIT_ISSUES",
    "EDIT_OWN_COMMENTS",
    "EDIT_OWN_WORKLOGS",
    "LINK_ISSUES",
    "MANAGE_WATCHERS",
    "MODIFY_REPORTER",
    "SCHEDULE_ISSUES",
    "SET_ISSUE_SECURITY",
    "TRANSITION_ISSUES",
    "WORK_ON_ISSUES",
];

/// What a deed takes: keys of permissions, all of them among [`ASKED`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Needs {
    /// Each of these.
    All(&'static [&'static str]),
    /// One of these: mostly of one's own things, and of everybody's.
    Any(&'static [&'static str]),
}

/// What a look has shown.
#[derive(Debug)]
pub(super) enum Look {
    /// What may be done there.
    Seen(Seen),
    /// There is no such place, or it is hidden.
    Nowhere,
    /// It is not known: Jira did not say it, or not soon.
    Unknown,
}

/// Looks at what the owner of the grant may do there.
pub(super) async fn look(site: &JiraSite, place: Place<'_>) -> Look {
    let (is_project, id) = match place {
        Place::Anywhere => return Look::Unknown,
        Place::Project(id) => (true, id),
        Place::Issue(id) => (false, id),
    };
    let entry = format!("{}:{id}", site.viewer());
    let (cache, clock) = (&site.jira().cache, &*site.jira().tokens.clock);
    if let Some(known) = cache.get(&KNOWN, &entry).await {
        return known.into();
    }
    let asked = site.ask(SCOPES, {
        let id = id.to_owned();
        async move |site: Site<'_>| {
            let place = if is_project {
                Place::Project(&id)
            } else {
                Place::Issue(&id)
            };
            site.my_permissions(&ASKED, place).await
        }
    });
    // That the place is hidden is an answer as well.
    let asked = async {
        match Box::pin(asked).await {
            Ok(seen) => Ok(Some(seen)),
            Err(CallError::Told(error)) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    };
    let Some(seen) = help("permissions", clock, asked).await else {
        return Look::Unknown;
    };
    cache.set(&KNOWN, &entry, &seen).await;
    seen.into()
}

impl From<Option<Seen>> for Look {
    fn from(seen: Option<Seen>) -> Self {
        seen.map_or(Self::Nowhere, Self::Seen)
    }
}

/// A refusal, told as a missing permission if it is one: if Jira says so in some words, or a look
/// shows that `needs` are not met. Anything else stays as it is.
pub(super) async fn explained(
    site: &JiraSite,
    place: Place<'_>,
    needs: Needs,
    error: CallError,
) -> CallError {
    let (reasons, is_told) = match &error {
        CallError::Told(error) if error.is_conflict() || error.is_full() => (Vec::new(), None),
        CallError::Told(error) => (error.messages().to_vec(), Some(error.is_not_permitted())),
        CallError::Failed(Failure::AccessDenied { reasons, .. }) => (reasons.clone(), Some(true)),
        CallError::Failed(_) => (Vec::new(), None),
    };
    let Some(is_told) = is_told else { return error };
    let look = look(site, place).await;
    let permissions = needs.missing(&look);
    if is_told || needs.are_denied_by(&permissions) {
        return CallError::Failed(Failure::AccessDenied {
            reasons,
            permissions,
        });
    }
    error
}

/// Whether a look has shown that the permission with this key is missing.
pub(super) fn is_missing(key: &str, look: &Look) -> bool {
    let Look::Seen(seen) = look else {
        return false;
    };
    seen.get(key) == Some(&false)
}

impl Needs {
    /// Those of them that a look has shown to be missing.
    pub(super) fn missing(self, look: &Look) -> Vec<&'static str> {
        let (Self::All(keys) | Self::Any(keys)) = self;
        let missing = keys.iter().copied();
        missing.filter(|key| is_missing(key, look)).collect()
    }

    /// Whether the deed cannot be done where these are missing.
    pub(super) fn are_denied_by(self, missing: &[&str]) -> bool {
        match self {
            Self::All(_) => !missing.is_empty(),
            Self::Any(keys) => !keys.is_empty() && missing.len() == keys.len(),
        }
    }
}
