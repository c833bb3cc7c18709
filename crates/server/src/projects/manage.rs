//! Projects: made, told, changed, deleted.

use jiff::Timestamp;
use juncture_views::admin;
use serde_json::Value;
use uuid::Uuid;

use super::parts::Projects;
use super::problem::Problem;
use super::settings::{Settings, is_a_name};
use crate::project::ProjectId;
use crate::random;
use crate::store::projects::ProjectRow;
use crate::store::{self, api_keys, event_endpoints, feed, projects};

/// The longest name of a project, in characters.
const LONGEST_NAME: usize = 100;

/// How many connections are deleted in one transaction, each with its timeline.
const AT_ONCE: u16 = 100;

/// How many events are deleted in one transaction.
const EVENTS_AT_ONCE: i64 = 1_000;

/// A project as it is told.
#[derive(Debug)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// What people call it; no two have the same.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What is set for it.
    pub settings: Settings,
}

impl Project {
    fn of_row(row: ProjectRow) -> store::Result<Self> {
        Ok(Self {
            id: ProjectId::of(row.project_id),
            settings: Settings::of_row(&row)?,
            created_at: row
                .created_at
                .time("project", "created_at", row.project_id)?,
            name: row.name,
        })
    }

    /// As it is told.
    #[must_use]
    pub fn view(&self) -> admin::Project {
        admin::Project {
            id: self.id.uuid().to_string(),
            name: self.name.clone(),
            created_at: self.created_at,
            settings: self.settings.view(),
        }
    }
}

fn check_name(name: &str) -> Result<(), Problem> {
    if is_a_name(name, LONGEST_NAME) {
        return Ok(());
    }
    let reason = format!(
        "must be 1 to {LONGEST_NAME} characters, without spaces around them and without control characters"
    );
    Err(Problem::invalid("name", reason))
}

impl Projects {
    /// Makes a project.
    pub async fn create(&self, name: &str, settings: &Value) -> Result<Project, Problem> {
        check_name(name)?;
        let settings = Settings::parse(settings)?;
        let now = self.clock.now();
        let id = random::uuid_v7(now);
        let mut tx = self.store.begin_write().await?;
        if !projects::insert(&mut tx, id, name, &settings.to_row(), now).await? {
            return Err(Problem::NameTaken);
        }
        let made = projects::find(&mut tx, id)
            .await?
            .ok_or(Problem::NoProject)?;
        tx.commit().await?;
        tracing::info!(project_id = %id, "a project was made");
        Ok(Project::of_row(made)?)
    }

    /// The next projects, at most `limit`, in the order of their making.
    pub async fn list(&self, after: Option<Uuid>, limit: u16) -> Result<Vec<Project>, Problem> {
        let mut tx = self.store.begin_read().await?;
        let rows = projects::page(&mut tx, after, limit).await?;
        let listed: store::Result<_> = rows.into_iter().map(Project::of_row).collect();
        Ok(listed?)
    }

    /// The project with this id.
    pub async fn find(&self, id: ProjectId) -> Result<Project, Problem> {
        let mut tx = self.store.begin_read().await?;
        let found = projects::find(&mut tx, id.uuid()).await?;
        Ok(Project::of_row(found.ok_or(Problem::NoProject)?)?)
    }

    /// The project with this name.
    pub async fn find_by_name(&self, name: &str) -> Result<Project, Problem> {
        let mut tx = self.store.begin_read().await?;
        let found = projects::find_by_name(&mut tx, name).await?;
        Ok(Project::of_row(found.ok_or(Problem::NoProject)?)?)
    }

    /// Changes a project: its name, if one is given, and of its settings what is given (RFC 7396).
    pub async fn update(
        &self,
        id: ProjectId,
        name: Option<&str>,
        settings: Option<&Value>,
    ) -> Result<Project, Problem> {
        let mut tx = self.store.begin_write().await?;
        let found = projects::find(&mut tx, id.uuid()).await?;
        let mut project = Project::of_row(found.ok_or(Problem::NoProject)?)?;
        if let Some(name) = name.filter(|name| *name != project.name) {
            check_name(name)?;
            if id == ProjectId::DEFAULT {
                return Err(Problem::IsDefault);
            }
            name.clone_into(&mut project.name);
        }
        if let Some(given) = settings {
            project.settings = project.settings.change(given)?;
        }
        let (name, settings) = (&project.name, project.settings.to_row());
        let now = self.clock.now();
        if !projects::update(&mut tx, id.uuid(), name, &settings, now).await? {
            return Err(Problem::NameTaken);
        }
        tx.commit().await?;
        self.renew(id).await?;
        Ok(project)
    }

    /// Deletes a project with all it has: keys, OAuth apps, connections and what waits to become one. Killed
    /// on the way it leaves a project that nobody can call for, and can be run again.
    pub async fn delete(&self, id: ProjectId) -> Result<(), Problem> {
        if id == ProjectId::DEFAULT {
            return Err(Problem::IsDefault);
        }
        let now = self.clock.now();
        let mut tx = self.store.begin_write().await?;
        if projects::find(&mut tx, id.uuid()).await?.is_none() {
            return Err(Problem::NoProject);
        }
        let keys = api_keys::delete_all(&mut tx, id.uuid(), now).await?;
        tx.commit().await?;
        self.known.forget_keys(&keys);
        self.known.forget_project(id);
        // A transaction ends within seconds, however many events and connections there are.
        while self.delete_events(id).await? {}
        self.delete_endpoints(id, now).await?;
        loop {
            let mut tx = self.store.begin_write().await?;
            let deleted = projects::delete_connections(&mut tx, id.uuid(), AT_ONCE, now).await?;
            if deleted < usize::from(AT_ONCE) {
                projects::delete(&mut tx, id.uuid()).await?;
                tx.commit().await?;
                break;
            }
            tx.commit().await?;
        }
        tracing::info!(project_id = %id, "a project was deleted");
        Ok(())
    }

    /// Deletes the event endpoints of a project, and what waits at them.
    async fn delete_endpoints(&self, id: ProjectId, now: Timestamp) -> store::Result<()> {
        let mut tx = self.store.begin_write().await?;
        event_endpoints::delete_all(&mut tx, id, now).await?;
        let deleted = event_endpoints::deleted(&mut tx, id).await?;
        tx.commit().await?;
        for endpoint in deleted {
            let mut is_gone = false;
            while !is_gone {
                let mut tx = self.store.begin_write().await?;
                is_gone = event_endpoints::purge_some(&mut tx, endpoint, EVENTS_AT_ONCE).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Deletes some events of a project; false where that was all.
    async fn delete_events(&self, id: ProjectId) -> store::Result<bool> {
        let mut tx = self.store.begin_write().await?;
        let deleted = feed::delete_some(&mut tx, id, EVENTS_AT_ONCE).await?;
        tx.commit().await?;
        Ok(deleted >= EVENTS_AT_ONCE.unsigned_abs())
    }
}
