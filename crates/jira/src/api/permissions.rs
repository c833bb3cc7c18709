//! What the token's owner may do.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{entries, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const MINE: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/mypermissions");

/// Several times what Jira knows.
const MOST: usize = 1_000;

/// Where something may be done or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Anywhere on the site.
    Anywhere,
    /// In the project with this id or key.
    Project(&'a str),
    /// To the issue with this id or key.
    Issue(&'a str),
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(deserialize_with = "entries::<MOST, _, _>")]
    permissions: Vec<(String, Permission)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permission {
    #[serde(default, deserialize_with = "null_as_empty")]
    have_permission: bool,
}

impl Site<'_> {
    /// Which of these permissions the token's owner has there (`GET /rest/api/3/mypermissions`), by
    /// their keys, such as `EDIT_ISSUES`. Needs `read:jira-work`.
    ///
    /// ```no_run
    /// use juncture_jira::Place;
    ///
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let mine = site.my_permissions(&["EDIT_ISSUES"], Place::Issue("ED-1")).await?;
    /// let may_edit = mine.get("EDIT_ISSUES").copied().unwrap_or(false);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// One key that Jira does not know spoils the call ([`is_invalid`](Error::is_invalid)); keys of
    /// products that a site may lack are best asked for by themselves. What hangs on an issue, such as
    /// being its reporter, counts as had in the whole project: ask about the issue.
    pub async fn my_permissions(
        &self,
        keys: &[&str],
        place: Place<'_>,
    ) -> Result<BTreeMap<String, bool>, Error> {
        let call = MINE
            .call(&self.client.api_url, &[self.id])?
            .query("permissions", &keys.join(","));
        let is_id = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let call = match place {
            Place::Anywhere => call,
            Place::Project(id) if is_id(id) => call.query("projectId", id),
            Place::Project(key) => call.query("projectKey", key),
            Place::Issue(id) if is_id(id) => call.query("issueId", id),
            Place::Issue(key) => call.query("issueKey", key),
        };
        let Permissions { permissions } = self.client.fetch(self.id, call, self.token).await?;
        let mine = (permissions.into_iter()).map(|(key, mine)| (key, mine.have_permission));
        Ok(mine.collect())
    }
}
