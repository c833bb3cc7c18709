//! A project's keys: made, told, deleted.

use jiff::Timestamp;
use juncture_views::admin;
use secrecy::SecretString;
use uuid::Uuid;

use super::key::Kind;
use super::parts::Projects;
use super::problem::Problem;
use super::scopes::{Scope, Scopes};
use super::settings::is_a_name;
use crate::auth;
use crate::project::ProjectId;
use crate::random;
use crate::store::api_keys::{self, KeyRow, NewRow};
use crate::store::stored::Stored;
use crate::store::{self, StoreError, projects};

/// The longest name of a key, in characters.
const LONGEST_NAME: usize = 100;

/// A key that is to be made.
#[derive(Debug, Default)]
pub struct NewKey {
    /// `public` or `secret`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// What it may do; nothing named is everything.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// A key as it is told: without itself, if it is a secret one.
#[derive(Debug)]
pub struct Key {
    /// Its id.
    pub id: Uuid,
    view: admin::Key,
}

impl Key {
    /// As it is told.
    #[must_use]
    pub fn view(self) -> admin::Key {
        self.view
    }

    fn of_row(row: KeyRow) -> store::Result<Self> {
        let id = row.key_id;
        let unreadable = |column| StoreError::unreadable("api_key", column, id);
        let time = |stored: Stored<i64>, column| stored.time("api_key", column, id);
        let kind = Kind::parse(&row.kind).ok_or_else(|| unreadable("kind"))?;
        let scopes = Scopes::of_row(&row.scopes).words();
        let view = admin::Key {
            id: id.to_string(),
            kind: kind.as_str().into(),
            name: row.name,
            shown: row.shown,
            scopes: scopes.into_iter().map(Into::into).collect(),
            created_at: time(row.created_at, "created_at")?,
            expires_at: row
                .expires_at
                .map(|stored| time(stored, "expires_at"))
                .transpose()?,
            last_used_at: row
                .last_used_at
                .map(|stored| time(stored, "last_used_at"))
                .transpose()?,
        };
        Ok(Self { id, view })
    }
}

impl NewKey {
    fn check(&self, now: Timestamp) -> Result<(Kind, Scopes), Problem> {
        let kind = Kind::parse(&self.kind)
            .ok_or_else(|| Problem::invalid("kind", "must be `public` or `secret`"))?;
        if !is_a_name(&self.name, LONGEST_NAME) {
            let reason =
                format!("must be 1 to {LONGEST_NAME} characters, none of them a control character");
            return Err(Problem::invalid("name", reason));
        }
        let words = self.scopes.iter().map(String::as_str);
        let scopes = Scopes::of_words(words).map_err(|_| {
            let known = Scope::ALL.map(Scope::as_str).join(", ");
            Problem::invalid("scopes", format!("must be among {known}"))
        })?;
        if kind == Kind::Public && scopes != Scopes::All {
            let reason = "must be empty: a public key names the project, and that is all";
            return Err(Problem::invalid("scopes", reason));
        }
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(Problem::invalid("expires_at", "must be in the future"));
        }
        Ok((kind, scopes))
    }
}

impl Projects {
    /// Makes a key. It is told here, and never again.
    pub async fn create_key(
        &self,
        project: ProjectId,
        new: &NewKey,
    ) -> Result<(Key, SecretString), Problem> {
        let now = self.clock.now();
        let (kind, scopes) = new.check(now)?;
        let key = kind.make();
        let digest = auth::digest_of(&key);
        let (scopes, shown) = (scopes.words().join(" "), kind.shown(&key));
        // To the millisecond, as the row has them: what is told now is told again.
        let whole = |time: Timestamp| Timestamp::from_millisecond(time.as_millisecond());
        let row = NewRow {
            key_id: random::uuid_v7(now),
            project_id: project.uuid(),
            kind: kind.as_str(),
            name: &new.name,
            digest: &digest,
            shown,
            scopes: &scopes,
            expires_at: new.expires_at.and_then(|time| whole(time).ok()),
            created_at: now,
        };
        let mut tx = self.store.begin_write().await?;
        if !api_keys::insert(&mut tx, &row).await? {
            return Err(Problem::NoProject);
        }
        tx.commit().await?;
        let made = KeyRow {
            key_id: row.key_id,
            project_id: row.project_id,
            kind: row.kind.to_owned(),
            name: new.name.clone(),
            shown: shown.to_owned(),
            scopes: scopes.clone(),
            expires_at: row.expires_at.map(|time| time.as_millisecond().into()),
            created_at: now.as_millisecond().into(),
            last_used_at: None,
        };
        tracing::info!(key_id = %row.key_id, project_id = %project, kind = row.kind, "a key was made");
        Ok((Key::of_row(made)?, key))
    }

    /// The next keys of a project, at most `limit`, in the order of their making.
    pub async fn keys(
        &self,
        project: ProjectId,
        after: Option<Uuid>,
        limit: u16,
    ) -> Result<Vec<Key>, Problem> {
        let mut tx = self.store.begin_read().await?;
        if projects::find(&mut tx, project.uuid()).await?.is_none() {
            return Err(Problem::NoProject);
        }
        let rows = api_keys::page(&mut tx, project.uuid(), after, limit).await?;
        Ok(rows
            .into_iter()
            .map(Key::of_row)
            .collect::<Result<_, _>>()?)
    }

    /// Deletes a key: this process refuses it from now on, every other one within seconds.
    pub async fn delete_key(&self, project: ProjectId, id: Uuid) -> Result<(), Problem> {
        let mut tx = self.store.begin_write().await?;
        if !api_keys::delete(&mut tx, project.uuid(), id, self.clock.now()).await? {
            let is_there = projects::find(&mut tx, project.uuid()).await?.is_some();
            return Err(if is_there {
                Problem::NoKey
            } else {
                Problem::NoProject
            });
        }
        tx.commit().await?;
        self.known.forget_keys(&[id]);
        tracing::info!(key_id = %id, project_id = %project, "a key was deleted");
        Ok(())
    }
}
