//! With which OAuth app a customer connects, and a connection is refreshed: the project's own, or that of the
//! environment.

use url::Url;
use uuid::Uuid;

use super::Tokens;
use crate::failure::Failure;
use crate::oauth::OAuthApp;
use crate::project::ProjectId;
use crate::projects::{App, KnownProject};
use crate::provider::Provider;
use crate::seal::SealError;
use crate::store::{self, StoreError};

/// Why an app is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its secret does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// It was the environment's, which has none any more.
    #[error("the environment's OAuth app, which gave the grant, is no longer configured")]
    Gone,
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Store(error) => error.into(),
            AppError::Seal(error) => error.into(),
            AppError::Gone => Self::ProviderMisconfigured,
        }
    }
}

/// An app with which a flow begins.
#[derive(Debug)]
pub struct AppInUse {
    /// Its id; none if it is the environment's.
    pub id: Option<Uuid>,
    /// The app.
    pub app: OAuthApp,
}

/// Whether a project may use the environment's app: that of the environment is made of it.
fn may_use_default(project: ProjectId, known: Option<&KnownProject>) -> bool {
    let is_lent = known.is_some_and(|known| known.settings.may_use_default_apps);
    project == ProjectId::DEFAULT || is_lent
}

impl Tokens {
    /// The app with which a project's flows at a provider begin, if it has one or may use the environment's.
    pub async fn app_of_project(
        &self,
        project: ProjectId,
        provider: &dyn Provider,
    ) -> Result<Option<AppInUse>, AppError> {
        let known = self.projects.known(project).await?;
        let own = known
            .as_ref()
            .and_then(|known| known.app(provider.name().as_str()));
        if let Some(own) = own {
            let app = self.open_app(own, provider)?;
            let id = Some(own.id);
            return Ok(Some(AppInUse { id, app }));
        }
        let may = may_use_default(project, known.as_deref());
        let lent = provider.app().filter(|_| may).cloned();
        Ok(lent.map(|app| AppInUse { id: None, app }))
    }

    /// Which scopes a project's flows at a provider ask for that were not granted; none if no flow can begin.
    pub async fn missing_scopes(
        &self,
        project: ProjectId,
        provider: &dyn Provider,
        granted: &str,
    ) -> store::Result<Option<Vec<String>>> {
        let known = self.projects.known(project).await?;
        let own = (known.as_deref()).and_then(|known| known.app(provider.name().as_str()));
        let asked = match own {
            Some(own) if !own.scopes.is_empty() => &own.scopes[..],
            Some(_) => provider.default_scopes(),
            None if !may_use_default(project, known.as_deref()) => return Ok(None),
            None => provider.app().map_or(&[][..], |app| &app.scopes),
        };
        let is_granted = |scope: &String| {
            granted
                .split_ascii_whitespace()
                .any(|one| one == scope.as_str())
        };
        let missing = asked.iter().filter(|scope| !is_granted(scope));
        Ok(Some(missing.cloned().collect()))
    }

    /// The same for good measure: where it cannot be told, it is not.
    pub async fn missing_scopes_if_known(
        &self,
        project: ProjectId,
        provider: &dyn Provider,
        granted: &str,
    ) -> Option<Vec<String>> {
        let missing = self.missing_scopes(project, provider, granted).await;
        missing.unwrap_or_else(|error| {
            tracing::debug!(%error, "it is not known what is asked for");
            None
        })
    }

    /// The app with this id, with which a customer of the project has connected, retired or not; that of the
    /// environment where there is no id.
    pub async fn app_of_grant(
        &self,
        project: ProjectId,
        id: Option<Uuid>,
        provider: &dyn Provider,
    ) -> Result<OAuthApp, AppError> {
        let Some(id) = id else {
            return provider.app().cloned().ok_or(AppError::Gone);
        };
        let found = self.projects.app_of_grant(project, id).await?;
        let unreadable = || StoreError::unreadable("connection", "oauth_app_id", id);
        self.open_app(&found.ok_or_else(unreadable)?, provider)
    }

    fn open_app(&self, app: &App, provider: &dyn Provider) -> Result<OAuthApp, AppError> {
        let scopes = match &app.scopes[..] {
            [] => provider.default_scopes().to_vec(),
            own => own.to_vec(),
        };
        let redirect_uri = Url::parse(&app.redirect_uri);
        let unreadable = |_| StoreError::unreadable("oauth_app", "redirect_uri", app.id);
        Ok(OAuthApp {
            client_id: app.client_id.clone(),
            client_secret: app.client_secret(&self.sealer)?,
            scopes,
            redirect_uri: redirect_uri.map_err(unreadable)?,
        })
    }
}
