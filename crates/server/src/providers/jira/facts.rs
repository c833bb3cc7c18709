//! Jira Cloud as a provider: facts, and the choice of a site.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use juncture_jira::oauth;
use url::Url;
use uuid::Uuid;

use super::failure::failure;
use super::refusals;
use super::settings::JiraConfig;
use super::{NAME, operations, table};
use crate::failure::Failure;
use crate::oauth::{Body, Expiry, Judge, OAuthApp, Parameters, Profile, RefreshTokens};
use crate::provider::{Account, Choice, Choices, FreshGrant, Part, Provider, ProviderName};
use crate::store::{Result as StoreResult, Tx};

/// How long a grant lives at most ([`oauth::ABSOLUTE_LIFETIME`]).
const GRANT_LIFETIME: SignedDuration =
    SignedDuration::from_secs(oauth::ABSOLUTE_LIFETIME.as_secs().cast_signed());

/// How long a refresh token lives unused ([`oauth::IDLE_LIFETIME`]).
const IDLE_LIFETIME: SignedDuration =
    SignedDuration::from_secs(oauth::IDLE_LIFETIME.as_secs().cast_signed());

/// Jira Cloud as a provider.
pub(crate) struct JiraProvider {
    profile: Profile,
    app: Option<OAuthApp>,
    scopes: Vec<String>,
    client: juncture_jira::Client,
    site_redirect_uri: Option<Url>,
}

impl JiraProvider {
    /// Jira with the operator's OAuth app, if there is one.
    pub(crate) fn new(config: &JiraConfig, client: juncture_jira::Client) -> Self {
        Self {
            profile: profile(&config.auth_url),
            app: config.app.clone(),
            scopes: config.scopes.clone(),
            client,
            site_redirect_uri: config.site_redirect_uri.clone(),
        }
    }
}

/// Atlassian's dialect (3LO), spoken at this host.
fn profile(host: &Url) -> Profile {
    let at_host = |path| host.join(path).expect("a fixed path joins any http URL");
    let authorize = oauth::AUTHORIZE_PARAMETERS.iter();
    let parameters = Parameters {
        authorize: authorize
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        ..Parameters::default()
    };
    let refresh = RefreshTokens::Rotating {
        replay: Some(oauth::REUSE_LEEWAY),
        kills_old_access: false,
    };
    Profile {
        body: Body::Json,
        parameters,
        grant_lifetime: Some(GRANT_LIFETIME),
        idle_lifetime: Some(IDLE_LIFETIME),
        judge: Judge::Own(refusals::judge),
        ..Profile::new(
            at_host("/authorize"),
            at_host("/oauth/token"),
            Expiry::Given,
            refresh,
        )
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

    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn app(&self) -> Option<&OAuthApp> {
        self.app.as_ref()
    }

    fn default_scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Atlassian shows sites that were granted before, too, so the customer always says which one.
    async fn choices(&self, grant: &FreshGrant<'_>) -> Result<Choices, Failure> {
        let sites = operations::sites::list(&self.client, grant.access_token).await;
        sites.map(Choices::Many)
    }

    /// By a client of its own: what is asked for good measure must not slow down other calls.
    async fn account(
        &self,
        grant: &FreshGrant<'_>,
        choice: Option<&Choice>,
    ) -> Result<Option<Account>, Failure> {
        let scopes = operations::users::SCOPES;
        let is_granted = |scope: &&str| {
            let granted = grant.scopes.map(str::split_ascii_whitespace);
            granted.is_none_or(|mut granted| granted.any(|one| one == *scope))
        };
        let Some(site) = choice.filter(|_| scopes.iter().all(is_granted)) else {
            return Ok(None);
        };
        let client = self.client.of_another_app();
        let user = client.site(&site.id, grant.access_token).myself().await;
        let user = user.map_err(|error| failure(error, scopes))?;
        let known = |text: String| (!text.is_empty()).then_some(text);
        Ok(known(user.account_id).map(|id| Account {
            id,
            name: known(user.display_name),
            email: user.email_address.and_then(known),
        }))
    }

    fn always_asks(&self) -> bool {
        true
    }

    fn done_url(&self) -> Option<&Url> {
        self.site_redirect_uri.as_ref()
    }

    async fn save_choice(
        &self,
        tx: &mut Tx,
        id: Uuid,
        choice: &Choice,
        now: Timestamp,
    ) -> StoreResult<()> {
        table::save_site(tx, id, &choice.id, now).await
    }

    fn part(&self) -> Option<&'static str> {
        Some("project")
    }

    async fn parts(&self, grant: &FreshGrant<'_>, site: &Choice) -> Result<Vec<Part>, Failure> {
        operations::sites::projects(&self.client, grant.access_token, &site.id).await
    }

    async fn select_part(
        &self,
        tx: &mut Tx,
        id: Uuid,
        project: &Part,
        now: Timestamp,
    ) -> StoreResult<()> {
        table::select_project(tx, id, &project.id, now).await
    }

    async fn selections(&self, tx: &mut Tx, ids: &[Uuid]) -> StoreResult<HashMap<Uuid, String>> {
        table::selections(tx, ids).await
    }

    async fn is_choice_lost(&self, tx: &mut Tx, id: Uuid) -> StoreResult<bool> {
        Ok(table::find(tx, id)
            .await?
            .is_some_and(|row| row.is_site_lost))
    }
}
