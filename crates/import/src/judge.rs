//! What shall become of a connection of the original, by what is here of it.

use std::collections::{HashMap, HashSet};

use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::provider_rows::ProviderRows;
use super::reason::Reason;
use super::row::{Grant, OriginalConnection};
use juncture_server::connection::{access_token_place, refresh_token_place};
use juncture_server::events::connection::first_of_end;
use juncture_server::project::ProjectId;
use juncture_server::seal::{Owner, Sealer};
use juncture_server::store::imports::{self, ImportRow, KnownRow};
use juncture_server::store::{StoreError, Tx};

/// What became of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is here now.
    Taken,
    /// It was here before, and stays as it is.
    Here,
    /// It was here before, never used, and has a newer token now.
    Renewed,
    /// An earlier run took it, and it was deleted here since. It stays deleted.
    Deleted,
    /// It is not here, or of no use.
    Refused(Reason),
}

/// What shall become of a connection.
pub(super) enum Verdict<'a> {
    Take(ImportRow<'a>),
    Renew(ImportRow<'a>),
    Leave(Outcome),
}

/// The rows of each provider's own table, by its name.
pub(super) type RowsByProvider = HashMap<&'static str, Box<dyn ProviderRows>>;

/// Judges the connections of a page.
pub(super) struct Judge<'a> {
    pub(super) project: ProjectId,
    pub(super) sealer: &'a Sealer,
    pub(super) renew_unused: bool,
    pub(super) rows: RowsByProvider,
}

impl Judge<'_> {
    /// Judges a connection. Its customer counts as connected from then on.
    pub(super) fn judge<'a>(
        &'a self,
        connection: &'a OriginalConnection,
        here: &mut Here,
    ) -> Result<Verdict<'a>, Reason> {
        if let Some(known) = here.by_id.get(&connection.id) {
            return self.compare(connection, known);
        }
        if here.imported.contains(&connection.id) {
            return Ok(Verdict::Leave(Outcome::Deleted));
        }
        let (external_id, provider) = connection.subject()?;
        let rows = self.rows.get(provider).ok_or(Reason::UnknownProvider)?;
        let grant = connection.grant.as_ref().map_err(Reason::clone)?;
        rows.check(connection.id)?;
        let subject = (external_id.to_owned(), provider.to_owned());
        if let Some(id) = here.by_subject.get(&subject) {
            return Err(Reason::AlreadyConnected(*id));
        }
        here.by_subject.insert(subject, connection.id);
        let row = self.seal(connection.id, external_id, provider, grant);
        let choice_id = rows.choice(connection.id);
        Ok(Verdict::Take(ImportRow { choice_id, ..row }))
    }

    /// What is here is never overwritten. But a token that nobody here has used, and that is not the
    /// original's any more, will not work.
    fn compare<'a>(
        &'a self,
        connection: &'a OriginalConnection,
        known: &KnownRow,
    ) -> Result<Verdict<'a>, Reason> {
        let here = Ok(Verdict::Leave(Outcome::Here));
        let (Ok((external_id, provider)), Ok(grant)) = (connection.subject(), &connection.grant)
        else {
            return here;
        };
        if known.project_id != self.project {
            return Err(Reason::InAnotherProject);
        }
        if (external_id, provider) != (&known.external_id, &known.provider) {
            return Err(Reason::ConnectedAsAnother);
        }
        let owner = Owner {
            project: self.project,
            provider,
            external_id,
        };
        let place = refresh_token_place(connection.id, owner);
        let ours = known.refresh_token.as_ref();
        let ours = ours.and_then(|sealed| self.sealer.open_token(&place, sealed).ok());
        let is_theirs =
            ours.is_some_and(|ours| ours.expose_secret() == grant.refresh_token.expose_secret());
        if !known.is_unused || is_theirs {
            return here;
        }
        if !self.renew_unused {
            return Err(Reason::UsedUp);
        }
        let row = self.seal(connection.id, external_id, provider, grant);
        Ok(Verdict::Renew(row))
    }

    fn seal<'a>(
        &self,
        id: Uuid,
        external_id: &'a str,
        provider: &'a str,
        grant: &Grant,
    ) -> ImportRow<'a> {
        let sealer = self.sealer;
        let owner = Owner {
            project: self.project,
            provider,
            external_id,
        };
        ImportRow {
            connection_id: id,
            external_id,
            provider,
            choice_id: None,
            refresh_token: sealer.seal_token(&refresh_token_place(id, owner), &grant.refresh_token),
            access_token: sealer.seal_token(&access_token_place(id, owner), &"".into()),
            invalid_refresh_token: grant.is_invalid,
            expires_at: grant.expires_at,
            end_due_at: first_of_end(grant.expires_at),
            created_at: grant.created_at,
            last_updated: grant.last_updated,
        }
    }
}

/// What is here of a page, and of its customers.
pub(super) struct Here {
    by_id: HashMap<Uuid, KnownRow>,
    by_subject: HashMap<(String, String), Uuid>,
    imported: HashSet<Uuid>,
}

impl Here {
    /// Reads what there is. What was imported comes first: a row that another import commits between
    /// two statements is here then, where another order would take it for deleted.
    pub(super) async fn look(
        tx: &mut Tx,
        project: ProjectId,
        page: &[OriginalConnection],
    ) -> Result<Self, StoreError> {
        let ids: Vec<Uuid> = page.iter().map(|row| row.id).collect();
        let imported = imports::imported(tx, project, &ids).await?;
        let imported: HashSet<Uuid> = imported.into_iter().collect();
        let known = imports::known_of_any_project(tx, &ids).await?;
        let mut here = Self {
            by_id: HashMap::new(),
            by_subject: HashMap::new(),
            imported,
        };
        let (ours, others): (Vec<_>, Vec<_>) =
            (known.into_iter()).partition(|row| row.project_id == project);
        here.add(ours);
        // An id that is another project's; whose it is there is nobody's business here.
        let others = others.into_iter().map(|row| (row.connection_id, row));
        here.by_id.extend(others);
        // Whose the rest are counts only where they may be taken.
        let unmet = page.iter().filter(|row| !here.has_met(row.id));
        let subjects = unmet.filter_map(|row| row.subject().ok());
        let subjects: Vec<_> = subjects
            .map(|(external_id, provider)| (provider, external_id))
            .collect();
        here.add(imports::known_subjects(tx, project, &subjects).await?);
        Ok(here)
    }

    fn add(&mut self, known: Vec<KnownRow>) {
        for row in known {
            let subject = (row.external_id.clone(), row.provider.clone());
            self.by_subject.insert(subject, row.connection_id);
            self.by_id.insert(row.connection_id, row);
        }
    }

    /// Whether this connection is here, or was.
    fn has_met(&self, id: Uuid) -> bool {
        self.by_id.contains_key(&id) || self.imported.contains(&id)
    }
}
