//! `/api/backend/event-endpoints` and `/api/backend/event-deliveries`: where events are pushed to, and what waits
//! there.

pub mod deliveries;
pub mod doing;
pub mod list;
pub mod making;
mod show;

use uuid::Uuid;

use crate::seal::SealError;
use crate::store::StoreError;
use crate::web::error::Error;
use crate::web::extract::Path;
use crate::web::refusals::of_ours;
use crate::webhooks::endpoint::OpenError;
use crate::webhooks::manage::{MOST, Problem};
use crate::webhooks::settings;

const NOT_FOUND: &str = "Event endpoint not found";

fn endpoint_not_found() -> Error {
    Error::NotFound {
        error: NOT_FOUND,
        code: "event_endpoint_not_found",
    }
}

fn delivery_not_found() -> Error {
    Error::NotFound {
        error: "Event delivery not found",
        code: "event_delivery_not_found",
    }
}

fn too_many() -> Error {
    debug_assert_eq!(MOST, 100, "the sentence says it");
    let error = "A project has at most 100 event endpoints";
    Error::conflict(error, "too_many_event_endpoints")
}

fn of_environment() -> Error {
    let error = "This endpoint is changed by the variables of the server alone";
    Error::conflict(error, "endpoint_of_environment")
}

fn replay_under_way() -> Error {
    let error = "A replay of this endpoint is under way";
    Error::conflict(error, "replay_under_way")
}

fn blocked_url(reason: impl Into<String>) -> Error {
    Error::invalid_field("url", reason)
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::NoEndpoint => endpoint_not_found(),
            Problem::NoDelivery => delivery_not_found(),
            Problem::TooMany => too_many(),
            Problem::OfEnvironment => of_environment(),
            Problem::ReplayUnderWay => replay_under_way(),
            Problem::Blocked(blocked) => blocked_url(settings::reason(&blocked)),
            Problem::Open(error) => error.into(),
        }
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        let store = |error: StoreError| Self::Store(error);
        let seal = |error: SealError| Self::Seal(error);
        match error {
            OpenError::Store(error) => store(error),
            OpenError::Seal(error) => seal(error),
        }
    }
}

/// An id that is none is nobody's.
fn id_of(path: Result<Path<String>, Error>) -> Result<Uuid, Error> {
    let id = path.ok().and_then(|Path(text)| Uuid::try_parse(&text).ok());
    id.ok_or_else(endpoint_not_found)
}

/// What may be wrong with a call about an endpoint.
fn refusals_of_one() -> Vec<Error> {
    let mut errors = vec![Error::InvalidSecretKey, endpoint_not_found()];
    errors.extend(of_ours());
    errors
}
