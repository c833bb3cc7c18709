//! Events are erased: whose they were and what they tell.

use axum::Json;
use axum::extract::State;
use juncture_views::events::Erasure;
use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::app::App;
use crate::events::retention::{self, Whose};
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{Query, Text, external_id, no_external_id};
use crate::web::openapi::refusals;
use crate::web::refusals::of_ours;

const ONE: &str = "Give one of connection_id, external_id and account_id";

/// Whose events: exactly one of the three.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EraseEvents {
    /// Those of this connection, which may be deleted.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5968")]
    connection_id: Text,
    /// Those of this customer, by your own id, whichever connections they have had.
    #[serde(default)]
    #[param(value_type = Option<Id>, example = "project123")]
    external_id: Text,
    /// Those about this account, by the provider's id. Needs `provider`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "5b10a2844c20165700ede21g")]
    account_id: Text,
    /// The provider of the account, in lower case.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "jira")]
    provider: Text,
}

impl EraseEvents {
    fn whose(&self, app: &App) -> Result<Whose, Error> {
        let connection = self.connection_id.optional("connection_id")?;
        let customer = self.external_id.optional("external_id")?;
        let account = self.account_id.optional("account_id")?;
        let provider = self.provider.optional("provider")?;
        match (connection, customer, account) {
            (Some(id), None, None) => {
                let id = Uuid::try_parse(id).map_err(|_| no_id())?;
                Ok(Whose::Connection(id))
            }
            (None, Some(id), None) => Ok(Whose::Customer(external_id(id)?.as_str().to_owned())),
            (None, None, Some(id)) => {
                let provider = provider.ok_or_else(no_provider)?;
                Ok(Whose::Account {
                    provider: app.provider(provider)?.name().as_str().to_owned(),
                    id: id.to_owned(),
                })
            }
            _ => Err(not_one()),
        }
    }
}

fn not_one() -> Error {
    Error::missing(ONE, &["connection_id", "external_id", "account_id"])
}

fn no_id() -> Error {
    Error::invalid_field("connection_id", "must be a UUID")
}

fn no_provider() -> Error {
    Error::missing("Missing provider", &["provider"])
}

refusals!(query EraseEventsRefusals, {
    let mut errors = vec![
        not_one(),
        no_id(),
        no_external_id(),
        no_provider(),
        Error::invalid_provider(),
        Error::InvalidSecretKey,
    ];
    errors.extend(of_ours());
    errors
});

/// Erase events
///
/// Takes out of the events of a connection, a customer or an account what they tell and whose they were. Their ids,
/// types, times and numbers stay, so that nobody who reads on finds a gap; their `data` says `erased`. It erases up
/// to some 20,000 events in one call.
#[utoipa::path(
    delete, path = "/events", operation_id = "eventsErase", tag = "Events",
    params(EraseEvents), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Erased", body = Erasure, example = json!({"erased": 12, "has_more": false})),
        EraseEventsRefusals,
    ),
)]
pub async fn erase_events(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<EraseEvents>,
) -> Result<Json<Erasure>, Error> {
    let whose = query.whose(&app)?;
    let done = retention::erase(&app.store, caller.project, whose).await?;
    Ok(Json(Erasure {
        erased: done.erased,
        has_more: done.has_more,
    }))
}
