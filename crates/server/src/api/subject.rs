//! Which connection a request is about: the caller's own id of the customer, and the provider.

use crate::app::App;
use crate::connection::Customer;
use crate::project::ProjectId;
use crate::provider::Provider;
use crate::web::error::Error;
use crate::web::extract::{Text, external_id, no_external_id, required};

/// How the documentation says that `external_id` or `provider` is missing.
pub(super) const MISSING: &str = "Missing external_id or provider";

/// Reads the two parameters that name a connection of a project.
pub(super) fn parse_subject<'a>(
    app: &'a App,
    project: ProjectId,
    id: &Text,
    provider: &Text,
) -> Result<(Customer, &'a dyn Provider), Error> {
    let fields = [("external_id", id), ("provider", provider)];
    let [id, provider] = required(MISSING, fields)?;
    let provider = app.provider(provider)?;
    let external_id = external_id(id)?;
    let customer = Customer {
        project,
        external_id,
    };
    Ok((customer, provider))
}

/// What may be wrong with the two parameters that name a connection.
pub(super) fn subject_refusals() -> Vec<Error> {
    vec![
        Error::missing(MISSING, &["external_id"]),
        no_external_id(),
        Error::invalid_provider(),
    ]
}
