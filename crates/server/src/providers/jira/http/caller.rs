//! Jira for whoever calls.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::project::ProjectId;
use crate::providers::jira::Jira;
use crate::web::caller::Caller;
use crate::web::error::Error;

/// Jira, and for which project it is asked: no handler can forget the one that asks for the other.
pub(crate) struct CallersJira {
    pub(super) jira: Jira,
    pub(super) project: ProjectId,
}

impl FromRequestParts<Jira> for CallersJira {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, jira: &Jira) -> Result<Self, Error> {
        let Caller { project, .. } = Caller::from_request_parts(parts, jira).await?;
        let jira = jira.clone();
        Ok(Self { jira, project })
    }
}
