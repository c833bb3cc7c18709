//! An endpoint as it is used: opened.

use std::fmt;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;
use uuid::Uuid;

use super::judge::OnExhausted;
use super::sign::SigningSecret;
use crate::project::ProjectId;
use crate::seal::{Owner, Place, SealError, Sealed, Sealer};
use crate::store::StoreError;
use crate::store::event_endpoints::EndpointRow;
use crate::store::sealed_columns::{
    ATTEMPT_EXCERPT, ENDPOINT_OLD_SECRET, ENDPOINT_SECRET, ENDPOINT_URL, RowKey, SealedColumn,
};
use crate::store::stored::Stored;

/// How much of an event is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All that there is to tell.
    Full,
    /// What it is about.
    Thin,
}

impl Mode {
    /// In a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Thin => "thin",
        }
    }

    /// The mode of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Full, Self::Thin];
        all.into_iter().find(|known| known.as_str() == word)
    }
}

/// Where and how events are sent.
pub struct Endpoint {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub project: ProjectId,
    /// Where they are sent.
    pub url: Url,
    /// What signs them, the newest first.
    pub secrets: Vec<SigningSecret>,
    /// How much of them.
    pub mode: Mode,
    /// What becomes of those that fail for the whole schedule.
    pub on_exhausted: OnExhausted,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Why an endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its row holds what no version writes.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is sealed of it does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl Endpoint {
    /// The endpoint of a row, with what signs at this time.
    pub fn open(row: &EndpointRow, sealer: &Sealer, now: Timestamp) -> Result<Self, OpenError> {
        let id = row.endpoint_id;
        let unreadable = |column| StoreError::unreadable("event_endpoint", column, id);
        let mut secrets = vec![secret_of(row, sealer)?];
        let until = row.old_secret_until.and_then(Stored::value);
        if let (Some(old), Some(until)) = (&row.old_secret, until)
            && until > now.as_millisecond()
        {
            let place = place(&ENDPOINT_OLD_SECRET, row.project_id, id);
            secrets.push(parse(&sealer.open_token(&place, old)?, "old_secret", id)?);
        }
        Ok(Self {
            id,
            project: row.project_id,
            url: url_of(row, sealer)?,
            secrets,
            mode: Mode::parse(&row.mode).ok_or_else(|| unreadable("mode"))?,
            on_exhausted: OnExhausted::parse(&row.on_exhausted)
                .ok_or_else(|| unreadable("on_exhausted"))?,
        })
    }
}

/// The URL of an endpoint.
pub fn url_of(row: &EndpointRow, sealer: &Sealer) -> Result<Url, OpenError> {
    let id = row.endpoint_id;
    let unreadable = || StoreError::unreadable("event_endpoint", "url", id);
    let sealed = row.url.as_ref().ok_or_else(unreadable)?;
    let place = place(&ENDPOINT_URL, row.project_id, id);
    let url = sealer.open(&place, sealed)?;
    let url = String::from_utf8(url)
        .ok()
        .and_then(|url| Url::parse(&url).ok());
    Ok(url.ok_or_else(unreadable)?)
}

/// What signs for an endpoint.
pub fn secret_of(row: &EndpointRow, sealer: &Sealer) -> Result<SigningSecret, OpenError> {
    let id = row.endpoint_id;
    let unreadable = || StoreError::unreadable("event_endpoint", "secret", id);
    let sealed = row.secret.as_ref().ok_or_else(unreadable)?;
    let place = place(&ENDPOINT_SECRET, row.project_id, id);
    parse(&sealer.open_token(&place, sealed)?, "secret", id)
}

fn parse(text: &SecretString, column: &'static str, id: Uuid) -> Result<SigningSecret, OpenError> {
    let secret = SigningSecret::parse(text.expose_secret());
    Ok(secret.map_err(|_| StoreError::unreadable("event_endpoint", column, id))?)
}

/// The URL of an endpoint, for its row.
pub fn seal_url(sealer: &Sealer, project: ProjectId, id: Uuid, url: &Url) -> Sealed {
    sealer.seal(&place(&ENDPOINT_URL, project, id), url.as_str().as_bytes())
}

/// What signs for an endpoint, for its row.
pub fn seal_secret(
    sealer: &Sealer,
    project: ProjectId,
    id: Uuid,
    secret: &SigningSecret,
) -> Sealed {
    sealer.seal_token(&place(&ENDPOINT_SECRET, project, id), &secret.to_text())
}

/// What signed for an endpoint before, for its row.
pub fn seal_old_secret(
    sealer: &Sealer,
    project: ProjectId,
    id: Uuid,
    secret: &SigningSecret,
) -> Sealed {
    sealer.seal_token(&place(&ENDPOINT_OLD_SECRET, project, id), &secret.to_text())
}

/// How an answer begins, for the row of an attempt.
pub fn seal_excerpt(sealer: &Sealer, project: ProjectId, attempt: Uuid, text: &str) -> Sealed {
    sealer.seal(&place(&ATTEMPT_EXCERPT, project, attempt), text.as_bytes())
}

/// How an answer began; none if that cannot be read any more, which is for show.
pub fn open_excerpt(
    sealer: &Sealer,
    project: ProjectId,
    attempt: Uuid,
    sealed: &Sealed,
) -> Option<String> {
    let opened = sealer.open(&place(&ATTEMPT_EXCERPT, project, attempt), sealed);
    String::from_utf8(opened.ok()?).ok()
}

fn place(column: &SealedColumn, project: ProjectId, row: Uuid) -> Place {
    let owner = Owner {
        project,
        provider: "",
        external_id: "",
    };
    column.place(&RowKey::Id(row), Some(owner))
}
