//! Whose call it is: found out in one place, before anything else of a request is looked at.
//!
//! A secret key names its project and what may be done with it; a public one names the project of calls from
//! browsers. A handler takes a [`Caller`] or a [`Visitor`], so that none can forget whose the call is.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use juncture_clock::Clock;
use secrecy::SecretString;
use uuid::Uuid;

use crate::auth::{self, Digest, EnvironmentKey};
use crate::project::ProjectId;
use crate::projects::key::Kind;
use crate::projects::scopes::{Scope, Scopes};
use crate::projects::{KnownKey, NotFound, Projects};
use crate::web::error::Error;
use crate::web::limit::Limit;

/// The header in which calls from browsers name their project.
pub const PUBLIC_KEY: HeaderName = HeaderName::from_static("x-juncture-public-key");

/// Who calls the backend API.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// For which project.
    pub project: ProjectId,
    /// With which key.
    pub key: KeyRef,
    /// What that may do.
    pub scopes: Scopes,
}

/// Which key a caller has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRef {
    /// `JUNCTURE_SECRET_KEY`.
    Environment,
    /// That of the store with this id.
    Stored(Uuid),
}

tokio::task_local! {
    /// The caller of the request that is being answered: an extension of it would be one more allocation for
    /// each call.
    static CALLER: Option<Caller>;
}

impl Caller {
    /// Answers a request whose caller this is; none where nobody needs a key.
    pub(crate) fn answering<F: Future>(
        caller: Option<Self>,
        answering: F,
    ) -> impl Future<Output = F::Output> {
        CALLER.scope(caller, answering)
    }

    /// Makes sure that the key may do this.
    pub(crate) fn check(&self, scope: Scope) -> Result<(), Error> {
        if self.scopes.allow(scope) {
            return Ok(());
        }
        Err(Error::MissingKeyScope(scope))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Error> {
        let caller = CALLER.try_with(|caller| *caller).ok().flatten();
        caller.ok_or(Error::InvalidSecretKey)
    }
}

/// For whom a browser calls the frontend API.
#[derive(Debug, Clone, Copy)]
pub struct Visitor {
    /// The project.
    pub project: ProjectId,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let visitor = parts.extensions.get::<Self>().copied();
        visitor.ok_or(Error::InvalidPublicKey)
    }
}

/// Who a request says that it is from.
pub(crate) enum Presented {
    /// Somebody with a key that works.
    Caller(Caller),
    /// Somebody with what may be a key, which the store must be asked for.
    Unknown(Digest),
    /// Nobody.
    Nobody,
}

/// Who may call.
pub(crate) struct Callers {
    secret_key: Option<EnvironmentKey>,
    admin_key: Option<EnvironmentKey>,
    projects: Projects,
    clock: Arc<dyn Clock>,
    /// How much each project has asked for of late.
    limit: Limit<ProjectId>,
    /// Whether a public key names the project of calls from browsers.
    is_cloud: bool,
}

impl Callers {
    /// Those with these keys of the environment, and those with a key of a project.
    pub(crate) fn new(
        (secret_key, admin_key): (Option<&SecretString>, Option<&SecretString>),
        projects: Projects,
        clock: Arc<dyn Clock>,
        is_cloud: bool,
    ) -> Self {
        Self {
            secret_key: secret_key.map(EnvironmentKey::of),
            admin_key: admin_key.map(EnvironmentKey::of),
            projects,
            clock,
            limit: Limit::default(),
            is_cloud,
        }
    }

    /// Who a request is from, as far as this process knows.
    pub(crate) fn present(&self, headers: &HeaderMap) -> Presented {
        let Some(given) = auth::bearer(headers) else {
            return Presented::Nobody;
        };
        let digest = auth::digest(given);
        if self.secret_key.as_ref().is_some_and(|key| key.is(&digest)) {
            return Presented::Caller(Caller {
                project: ProjectId::DEFAULT,
                key: KeyRef::Environment,
                scopes: Scopes::All,
            });
        }
        if !Kind::Secret.may_be(given) {
            return Presented::Nobody;
        }
        match self.projects.key_at_hand(&digest) {
            Some(Some(key)) => Presented::Caller(Caller::of(&key)),
            Some(None) => Presented::Nobody,
            None => Presented::Unknown(digest),
        }
    }

    /// Whether a request is from somebody who is known just now, without asking anybody.
    pub(crate) fn knows(&self, headers: &HeaderMap) -> bool {
        matches!(self.present(headers), Presented::Caller(_))
    }

    /// Who a request is from, if from somebody with a secret key; the store is asked where nobody else knows.
    pub(crate) async fn know(&self, headers: &HeaderMap) -> Option<Caller> {
        match self.present(headers) {
            Presented::Caller(caller) => Some(caller),
            Presented::Unknown(digest) => self.find(digest).await.ok(),
            Presented::Nobody => None,
        }
    }

    /// The caller with the secret key of this digest.
    pub(crate) async fn find(&self, digest: Digest) -> Result<Caller, Error> {
        Ok(Caller::of(&*self.projects.find_key(digest).await?))
    }

    /// Counts a call for its project, which may have a limit of its own.
    pub(crate) fn count(&self, caller: &Caller) -> Result<(), Error> {
        let project = self.projects.at_hand(caller.project);
        let limit = project.and_then(|project| project.settings.limits.requests_per_minute);
        let Some(per_minute) = limit else {
            return Ok(());
        };
        let admitted = (self.limit).admit(&caller.project, per_minute, self.clock.now());
        admitted.map_err(|retry_after| Error::TooManyRequests { retry_after })
    }

    /// For whom a browser calls; none where it does not say so and must.
    pub(crate) async fn visitor(&self, headers: &HeaderMap) -> Result<Option<Visitor>, Error> {
        if !self.is_cloud {
            let project = ProjectId::DEFAULT;
            return Ok(Some(Visitor { project }));
        }
        let Some(given) = headers.get(PUBLIC_KEY) else {
            return Ok(None);
        };
        let given = given.as_bytes().trim_ascii();
        if !Kind::Public.may_be(given) {
            return Ok(None);
        }
        match self.projects.find_key(auth::digest(given)).await {
            Ok(key) if key.kind == Kind::Public => Ok(Some(Visitor {
                project: key.project,
            })),
            Ok(_) | Err(NotFound::NoKey) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// Whether there is an API for whoever runs the server.
    pub(crate) fn have_admin(&self) -> bool {
        self.admin_key.is_some()
    }

    /// Whether a request is from whoever runs the server.
    pub(crate) fn is_admin(&self, headers: &HeaderMap) -> bool {
        let given = auth::bearer(headers).map(auth::digest);
        (self.admin_key.as_ref().zip(given)).is_some_and(|(key, given)| key.is(&given))
    }
}

impl Caller {
    fn of(key: &KnownKey) -> Self {
        Self {
            project: key.project,
            key: KeyRef::Stored(key.id),
            scopes: key.scopes,
        }
    }
}

impl From<NotFound> for Error {
    fn from(not_found: NotFound) -> Self {
        match not_found {
            NotFound::NoKey => Self::InvalidSecretKey,
            NotFound::TooMany => Self::TooManyRequests {
                retry_after: Duration::from_secs(1),
            },
            NotFound::Store(failed) => failed.into(),
        }
    }
}
