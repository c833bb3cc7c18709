//! Statuses.

use std::collections::HashSet;

use juncture_jira::TypeStatuses;
use juncture_views::jira::finding::{StatusView, Statuses, StatusesOfType};

use crate::cache::Key;
use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::metadata::KEPT;
use crate::providers::jira::names::ProjectIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

const STATUSES: Key<Statuses> = Key::new("jira_statuses", KEPT);

/// The statuses that the issues of a project can have, and which of them those of a type; or the
/// statuses of the whole site.
pub(crate) async fn statuses(
    site: &JiraSite,
    project: Option<&ProjectIdOrKey>,
) -> Result<Statuses, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let (metadata, project) = (site.metadata(), project.cloned());
        async move |site| {
            let name = project.as_ref().map_or("", ProjectIdOrKey::as_str);
            let fetch = async {
                Ok(match &project {
                    Some(project) => of_types(site.project_statuses(project.as_str()).await?),
                    None => Statuses {
                        statuses: (site.statuses().await?.into_iter())
                            .map(StatusView::of)
                            .collect(),
                        by_issue_type: Vec::new(),
                    },
                })
            };
            metadata.of(&STATUSES, name, Box::pin(fetch)).await
        }
    });
    found.await.map_err(|error| error.about(Absent::Project))
}

/// Each status once, and those of each type.
fn of_types(types: Vec<TypeStatuses>) -> Statuses {
    let (mut statuses, mut by_issue_type) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for TypeStatuses {
        id, statuses: own, ..
    } in types
    {
        by_issue_type.push(StatusesOfType {
            issue_type_id: id,
            status_ids: own.iter().map(|status| status.id.clone()).collect(),
        });
        let new = own
            .into_iter()
            .filter(|status| seen.insert(status.id.clone()));
        statuses.extend(new.map(StatusView::of));
    }
    Statuses {
        statuses,
        by_issue_type,
    }
}
