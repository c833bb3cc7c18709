//! Projects.

use std::sync::atomic::AtomicUsize;

use futures_util::Stream;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::issue_fields::IssueType;
use super::offsets::List;
use super::users::{AvatarUrls, User};
use super::{Bare, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const SEARCH: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/project/search");
const PROJECT: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/project/{projectIdOrKey}");

/// What Jira gives at most; it clamps a larger wish.
const PAGE_SIZE: usize = 100;

/// A project.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// The id, a string of digits that never changes.
    pub id: String,
    /// The key, which a renamed project changes.
    pub key: String,
    /// The name to show.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// Who leads it; absent if that account is deleted or hidden.
    pub lead: Option<User>,
    /// `software`, `business`, `service_desk` or `product_discovery`.
    pub project_type_key: Option<String>,
    /// The category that the site's administrators put it in.
    pub project_category: Option<ProjectCategory>,
    /// Whether only its members see it.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub is_private: bool,
    /// Whether it is managed by its team (`next-gen`).
    #[serde(default, deserialize_with = "null_as_empty")]
    pub simplified: bool,
    /// `classic` or `next-gen`.
    pub style: Option<String>,
    /// Whether it is archived: it can be looked at, but searches leave its issues out.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub archived: bool,
    /// The project's picture.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub avatar_urls: AvatarUrls,
    /// What it is about; told by [`Site::project`] alone.
    pub description: Option<String>,
    /// As text, so that a list of projects takes no more memory than its own.
    issue_types: Option<Box<RawValue>>,
}

/// Several times what a project may have.
const MOST_TYPES: usize = 1_000;

impl Project {
    /// The types that its issues may be of, which [`Site::project`] alone tells. None if they have a
    /// shape that nobody knows.
    #[must_use]
    pub fn issue_types(&self) -> Vec<IssueType> {
        let text = self.issue_types.as_deref().map_or("[]", RawValue::get);
        let types = juncture_json::decode_parts::<Bare<MOST_TYPES, IssueType>>(text);
        types.map_or_else(|_| Vec::new(), |types| types.0)
    }
}

/// A category of projects.
#[derive(Clone, Debug, Deserialize)]
pub struct ProjectCategory {
    /// The id, a string of digits.
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// What its projects have in common.
    pub description: Option<String>,
}

impl<'a> Site<'a> {
    /// All projects that the token's owner can see, by key (`GET /rest/api/3/project/search`):
    /// the first page, then all others in one item. `try_concat` of `futures_util::TryStreamExt`
    /// gathers them.
    pub fn projects(&self) -> impl Stream<Item = Result<Vec<Project>, Error>> + Send + use<'a> {
        let site = *self;
        let list = List {
            listing: self.listing(),
            call: Box::new(move |start_at| {
                Ok(SEARCH
                    .call(&site.client.api_url, &[site.id])?
                    .query("startAt", &start_at.to_string())
                    .query("maxResults", &PAGE_SIZE.to_string())
                    .query("expand", "lead"))
            }),
            page_size: PAGE_SIZE,
            id: |project: &Project| project.id.clone(),
            points: AtomicUsize::new(0),
        };
        list.pages()
    }

    /// The project with this id or key (`GET /rest/api/3/project/{projectIdOrKey}`). Jira tells
    /// keys apart by case and still knows a renamed project's old key.
    pub async fn project(&self, id_or_key: &str) -> Result<Project, Error> {
        let call = PROJECT.call(&self.client.api_url, &[self.id, id_or_key])?;
        self.client.fetch(self.id, call, self.token).await
    }
}
