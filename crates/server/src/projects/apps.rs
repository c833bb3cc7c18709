//! A project's OAuth apps: its own client ids at providers. Another client id is another app; connections keep
//! the one that gave their grant.

use jiff::Timestamp;
use juncture_views::admin;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::parts::Projects;
use super::problem::Problem;
use super::settings::check_address;
use crate::project::ProjectId;
use crate::random;
use crate::seal::{Owner, Place, SealError, Sealer};
use crate::store::oauth_apps::{self, AppRow, Given};
use crate::store::sealed_columns::{CLIENT_SECRET, RowKey};
use crate::store::stored::Stored;
use crate::store::{self, StoreError, Tx, projects};

/// The longest client id or secret, in bytes.
const LONGEST: usize = 2_048;

/// An OAuth app of a project, with its secret still sealed.
#[derive(Debug, Clone)]
pub struct App {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub project: ProjectId,
    /// At which provider.
    pub provider: String,
    /// The client id there.
    pub client_id: String,
    /// The scopes to ask for; none are those of the environment's app.
    pub scopes: Vec<String>,
    /// Where the provider sends the customer back to.
    pub redirect_uri: String,
    row: AppRow,
}

/// An OAuth app as it is given.
#[derive(Debug, Default)]
pub struct GivenApp {
    /// The client id at the provider.
    pub client_id: String,
    /// Its secret; may be left out where the app has this client id already.
    pub client_secret: Option<SecretString>,
    /// The scopes to ask for; none are those of the environment's app.
    pub scopes: Vec<String>,
    /// Where the provider sends the customer back to.
    pub redirect_uri: String,
}

impl App {
    pub(super) fn of_row(row: AppRow) -> Self {
        Self {
            id: row.oauth_app_id,
            project: ProjectId::of(row.project_id),
            provider: row.provider.clone(),
            client_id: row.client_id.clone(),
            scopes: row
                .scopes
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            redirect_uri: row.redirect_uri.clone(),
            row,
        }
    }

    /// Its secret, opened.
    pub fn client_secret(&self, sealer: &Sealer) -> Result<SecretString, SealError> {
        let place = place(self.project, &self.provider, self.id);
        sealer.open_token(&place, &self.row.client_secret)
    }

    /// As it is told: without its secret.
    pub fn view(&self) -> store::Result<admin::OAuthApp> {
        let time = |stored: Stored<i64>, column| stored.time("oauth_app", column, self.id);
        Ok(admin::OAuthApp {
            id: self.id.to_string(),
            provider: self.provider.clone(),
            client_id: self.client_id.clone(),
            scopes: self.scopes.clone(),
            redirect_uri: self.redirect_uri.clone(),
            created_at: time(self.row.created_at, "created_at")?,
            updated_at: time(self.row.last_updated, "last_updated")?,
        })
    }
}

/// Where the secret of an app is sealed.
fn place(project: ProjectId, provider: &str, id: Uuid) -> Place {
    let owner = Owner {
        project,
        provider,
        external_id: "",
    };
    CLIENT_SECRET.place(&RowKey::Id(id), Some(owner))
}

impl GivenApp {
    fn check(&self) -> Result<(), Problem> {
        let is_fit = |text: &str| {
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let unfit = |field| Problem::invalid(field, "must be visible ASCII characters");
        if !is_fit(&self.client_id) {
            return Err(unfit("client_id"));
        }
        let secret = self.client_secret.as_ref();
        if secret.is_some_and(|secret| !is_fit(secret.expose_secret())) {
            return Err(unfit("client_secret"));
        }
        // RFC 6749 §3.3: a scope has no space, no quote and no backslash.
        let is_scope = |scope: &String| is_fit(scope) && !scope.contains(['"', '\\']);
        if !self.scopes.iter().all(is_scope) {
            return Err(unfit("scopes"));
        }
        check_address("redirect_uri", &self.redirect_uri)?;
        Ok(())
    }
}

impl Projects {
    /// The app with which a project's flows at this provider begin.
    pub async fn app(&self, project: ProjectId, provider: &str) -> Result<App, Problem> {
        let mut tx = self.store.begin_read().await?;
        let found = oauth_apps::find(&mut tx, project.uuid(), provider).await?;
        match found {
            Some(row) => Ok(App::of_row(row)),
            None => Err(missing(&mut tx, project).await?),
        }
    }

    /// The app with this id, retired or not.
    pub async fn app_of_grant(&self, project: ProjectId, id: Uuid) -> store::Result<Option<App>> {
        let mut tx = self.store.begin_read().await?;
        let found = oauth_apps::find_by_id(&mut tx, project.uuid(), id).await?;
        Ok(found.map(App::of_row))
    }

    /// Sets the app of a project at a provider. With another client id than before the old app is retired, and
    /// goes on to serve the connections that were made with it.
    pub async fn set_app(
        &self,
        project: ProjectId,
        provider: &str,
        given: &GivenApp,
    ) -> Result<App, Problem> {
        given.check()?;
        let now = self.clock.now();
        let mut tx = self.store.begin_write().await?;
        if projects::find(&mut tx, project.uuid()).await?.is_none() {
            return Err(Problem::NoProject);
        }
        let client_id = given.client_id.as_str();
        let same =
            oauth_apps::find_by_client_id(&mut tx, project.uuid(), provider, client_id).await?;
        let present = oauth_apps::find(&mut tx, project.uuid(), provider).await?;
        let same_id = same.as_ref().map(|same| same.oauth_app_id);
        if present.is_some_and(|present| Some(present.oauth_app_id) != same_id) {
            oauth_apps::retire(&mut tx, project.uuid(), provider, now).await?;
        }
        let id = same_id.unwrap_or_else(|| random::uuid_v7(now));
        let place = place(project, provider, id);
        let sealed = match (&given.client_secret, same) {
            (Some(secret), _) => self.sealer.seal_token(&place, secret),
            (None, Some(same)) => same.client_secret,
            (None, None) => return Err(Problem::invalid("client_secret", "must be given")),
        };
        let scopes = given.scopes.join(" ");
        let row = Given {
            client_secret: &sealed,
            scopes: &scopes,
            redirect_uri: &given.redirect_uri,
        };
        if same_id.is_some() {
            oauth_apps::update(&mut tx, id, &row, now).await?;
        } else {
            let named = (provider, client_id);
            oauth_apps::insert(&mut tx, id, project.uuid(), named, &row, now).await?;
        }
        self.commit(tx, project, now).await?;
        tracing::info!(oauth_app_id = %id, project_id = %project, provider, "an OAuth app was set");
        self.app(project, provider).await
    }

    /// Takes a project's app at a provider away: no flow begins with it any more. Connections that were made
    /// with it go on to be refreshed.
    pub async fn remove_app(&self, project: ProjectId, provider: &str) -> Result<(), Problem> {
        let now = self.clock.now();
        let mut tx = self.store.begin_write().await?;
        if !oauth_apps::retire(&mut tx, project.uuid(), provider, now).await? {
            return Err(missing(&mut tx, project).await?);
        }
        self.commit(tx, project, now).await?;
        tracing::info!(project_id = %project, provider, "an OAuth app was retired");
        Ok(())
    }

    /// Commits a change of a project, and tells every process of it.
    async fn commit(&self, mut tx: Tx, project: ProjectId, now: Timestamp) -> store::Result<()> {
        projects::touch(&mut tx, project.uuid(), now).await?;
        tx.commit().await?;
        self.renew(project).await?;
        Ok(())
    }
}

/// What is missing where an app is: the project, or the app alone.
async fn missing(tx: &mut Tx, project: ProjectId) -> Result<Problem, StoreError> {
    let is_there = projects::find(tx, project.uuid()).await?.is_some();
    Ok(if is_there {
        Problem::NoApp
    } else {
        Problem::NoProject
    })
}
