//! Jira Cloud as a provider: facts, and the choice of a site.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use juncture_jira::oauth;
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use super::settings::JiraConfig;
use super::{NAME, operations, table};
use crate::failure::Failure;
use crate::oauth::OAuthFacts;
use crate::provider::{Choice, Provider, ProviderName};
use crate::store::{Result as StoreResult, Tx};

/// How long a grant lives at most ([`oauth::ABSOLUTE_LIFETIME`]).
const GRANT_LIFETIME: SignedDuration =
    SignedDuration::from_secs(oauth::ABSOLUTE_LIFETIME.as_secs().cast_signed());

/// How long a refresh token lives unused ([`oauth::IDLE_LIFETIME`]).
const IDLE_LIFETIME: SignedDuration =
    SignedDuration::from_secs(oauth::IDLE_LIFETIME.as_secs().cast_signed());

/// Jira Cloud as a provider.
pub(crate) struct JiraProvider {
    oauth: OAuthFacts,
    client: juncture_jira::Client,
    site_redirect_uri: Option<Url>,
}

impl JiraProvider {
    /// Jira with the operator's OAuth app.
    pub(crate) fn new(config: &JiraConfig, client: juncture_jira::Client) -> Self {
        let at_auth = |path| {
            config
                .auth_url
                .join(path)
                .expect("a fixed path joins any http URL")
        };
        let oauth = OAuthFacts {
            authorize_url: at_auth("/authorize"),
            token_url: at_auth("/oauth/token"),
            extra: &oauth::AUTHORIZE_PARAMETERS,
            scopes: config.scopes.clone(),
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
            redirect_uri: config.redirect_uri.clone(),
            grant_lifetime: GRANT_LIFETIME,
            idle_lifetime: IDLE_LIFETIME,
            judge: oauth::judge,
        };
        Self {
            oauth,
            client,
            site_redirect_uri: config.site_redirect_uri.clone(),
        }
    }
}

#[async_trait]
impl Provider for JiraProvider {
    fn name(&self) -> ProviderName {
        NAME
    }

    fn words(&self) -> (&'static str, &'static str) {
        ("Jira", "site")
    }

    fn oauth(&self) -> &OAuthFacts {
        &self.oauth
    }

    async fn choices(&self, token: &SecretString) -> Result<Vec<Choice>, Failure> {
        operations::sites::list(&self.client, token).await
    }

    fn done_url(&self) -> Option<&Url> {
        self.site_redirect_uri.as_ref()
    }

    async fn save_choice(
        &self,
        tx: &mut Tx,
        id: Uuid,
        choice: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        table::save_site(tx, id, choice, now).await
    }

    async fn is_choice_lost(&self, tx: &mut Tx, id: Uuid) -> StoreResult<bool> {
        Ok(table::find(tx, id)
            .await?
            .is_some_and(|row| row.is_site_lost))
    }
}
