//! Refusals that many endpoints share, for their lists (`openapi::refusals!`).

use crate::seal::{Place, SealError, Unopenable};
use crate::store::StoreError;
use crate::web::error::Error;

/// Every answer where the store, the keys or the server itself is to blame.
pub(crate) fn of_ours() -> Vec<Error> {
    let sealed = SealError {
        place: Place::message("example"),
        reason: Unopenable::Damaged,
    };
    vec![
        Error::store_unavailable(),
        StoreError::unreadable("connection", "token_version", "example").into(),
        sealed.into(),
        Error::Internal("a fault of ours".into()),
    ]
}
