//! The sites that a grant opens.

use secrecy::SecretString;
use serde::Deserialize;

use super::{at_most, null_as_empty};
use crate::call::Endpoint;
use crate::client::Client;
use crate::error::Error;
use juncture_outbound::pace::Whose;

const ACCESSIBLE_RESOURCES: Endpoint = Endpoint::get("/oauth/token/accessible-resources");

/// A site as one product of it is open to a grant.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The cloud id: what [`Client::site`] takes. It never changes, unlike name and URL.
    pub id: String,
    /// The site's name.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// Where people open the site, such as `https://example.atlassian.net`.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub url: String,
    /// The scopes granted on this product; [`oauth::is_jira_scope`](crate::oauth::is_jira_scope)
    /// tells which product it is.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub scopes: Vec<String>,
    /// The site's picture.
    pub avatar_url: Option<String>,
}

/// More sites, times their products, than anybody is on.
const MOST_SITES: usize = 10_000;

#[derive(Deserialize)]
#[serde(transparent)]
struct Resources(#[serde(deserialize_with = "at_most::<MOST_SITES, _, _>")] Vec<Resource>);

impl Client {
    /// The sites that the token's grant opens, as Atlassian lists them: in no order, and a site
    /// several times if it has several products.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>.
    pub async fn accessible_resources(&self, token: &SecretString) -> Result<Vec<Resource>, Error> {
        let call = ACCESSIBLE_RESOURCES.call(&self.api_url, &[])?;
        // No site yet: what this grant is told holds nobody else up.
        let grant = Whose::Grant(token);
        let Resources(sites) = self.fetch_as(grant, call, token, None).await?;
        Ok(sites)
    }
}
