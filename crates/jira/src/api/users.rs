//! People.

use serde::Deserialize;

use super::null_as_empty;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const MYSELF: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/myself");

/// An Atlassian account, as far as its owner shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id of the account on every Atlassian site; `unknown` for some deleted ones.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub account_id: String,
    /// The name to show; empty if Jira withholds even that.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub display_name: String,
    /// Absent unless the owner shows it.
    pub email_address: Option<String>,
    /// Whether the account is in use.
    pub active: Option<bool>,
    /// The zone of the profile, such as `Europe/Berlin`. JQL reads dates in it.
    pub time_zone: Option<String>,
    /// The account's picture.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub avatar_urls: AvatarUrls,
}

/// Where to find one picture in its four sizes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AvatarUrls {
    /// 16 by 16 pixels.
    #[serde(rename = "16x16")]
    pub x16: Option<String>,
    /// 24 by 24 pixels.
    #[serde(rename = "24x24")]
    pub x24: Option<String>,
    /// 32 by 32 pixels.
    #[serde(rename = "32x32")]
    pub x32: Option<String>,
    /// 48 by 48 pixels.
    #[serde(rename = "48x48")]
    pub x48: Option<String>,
}

impl AvatarUrls {
    /// The largest picture there is.
    #[must_use]
    pub fn largest(&self) -> Option<&str> {
        let by_size = [&self.x48, &self.x32, &self.x24, &self.x16];
        by_size.into_iter().find_map(|url| url.as_deref())
    }
}

impl Site<'_> {
    /// The token's owner (`GET /rest/api/3/myself`). The call to check a connection with: it
    /// refuses a dead token where lists may just be empty.
    pub async fn myself(&self) -> Result<User, Error> {
        let call = MYSELF.call(&self.client.api_url, &[self.id])?;
        self.client.fetch(self.id, call, self.token).await
    }
}
