//! Whose call it is: found out in one place, before anything else of a request is looked at. A handler takes
//! a [`Caller`] or a [`Visitor`], so that none can forget whose the call is.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::project::ProjectId;
use crate::web::error::Error;

/// Who calls the backend API.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// For which project.
    pub project: ProjectId,
}

tokio::task_local! {
    /// The caller of the request that is being answered: an extension of it would be one more allocation for
    /// each call.
    static CALLER: Option<Caller>;
}

impl Caller {
    /// Who has the secret key of the environment.
    pub(crate) const OF_ENVIRONMENT: Self = Self {
        project: ProjectId::DEFAULT,
    };

    /// Answers a request whose caller this is; none where nobody needs a key.
    pub(crate) fn answering<F: Future>(
        caller: Option<Self>,
        answering: F,
    ) -> impl Future<Output = F::Output> {
        CALLER.scope(caller, answering)
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
        let project = project_of_page(&parts.headers);
        Ok(Self { project })
    }
}

/// The project of the page that a browser's call comes from: there is one.
fn project_of_page(_: &HeaderMap) -> ProjectId {
    ProjectId::DEFAULT
}
