//! The endpoint that is made from the environment: as the last start found it there.

use super::endpoint::{secret_of, url_of};
use super::manage::{Columns, Problem, Webhooks, Wish};
use super::settings::EnvironmentEndpoint;
use crate::project::ProjectId;
use crate::store::event_endpoints::{self, ENVIRONMENT};
use secrecy::ExposeSecret as _;

/// Makes the endpoint of the project `default` what the environment says: makes it, changes it, or takes it away.
/// Another secret is a rotation, so that a receiver may learn of it a day later.
pub async fn apply(
    webhooks: &Webhooks,
    wanted: Option<&EnvironmentEndpoint>,
) -> Result<(), Problem> {
    let project = ProjectId::DEFAULT;
    let mut tx = webhooks.store.begin_write().await?;
    let known = event_endpoints::of_environment(&mut tx, project).await?;
    match (known, wanted) {
        (None, None) => return Ok(()),
        (None, Some(wanted)) => {
            let wish = Wish::of_all(wanted.url.clone());
            webhooks
                .insert(&mut tx, project, ENVIRONMENT, &wish, &wanted.secret)
                .await?;
        }
        (Some(known), None) => {
            let now = webhooks.clock.now();
            event_endpoints::delete(&mut tx, project, known.endpoint_id, now).await?;
        }
        (Some(known), Some(wanted)) => {
            let secret = secret_of(&known, &webhooks.sealer)?.to_text();
            if secret.expose_secret() != wanted.secret.to_text().expose_secret() {
                webhooks.rotate(&mut tx, &known, &wanted.secret).await?;
            }
            if url_of(&known, &webhooks.sealer)? != wanted.url {
                let wish = Wish::of_all(wanted.url.clone());
                let id = known.endpoint_id;
                let columns = Columns::of(&webhooks.sealer, project, id, &wish);
                let (given, now) = (columns.given(), webhooks.clock.now());
                event_endpoints::update(&mut tx, project, id, &given, now).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}
