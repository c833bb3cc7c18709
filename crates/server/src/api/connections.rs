//! `/api/backend/connection-info/*`: what callers may know of a connection.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use juncture_views::connections::{Access, Credentials, Validity};
use juncture_views::schema::Id;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use utoipa::IntoParams;

use super::subject::{parse_subject, subject_refusals};
use crate::app::App;
use crate::connection::{Connection, Customer};
use crate::connections::{delete, validity};
use crate::failure::Failure;
use crate::provider::Provider;
use crate::tokens::AccessToken;
use crate::web::answer::{of_json, write_text};
use crate::web::call::Call;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{BodyOrQuery, Query, Text, body_refusals};
use crate::web::openapi::{DONE, Done, refusals};
use crate::web::refusals::of_ours;

/// The parameters of every endpoint here.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Subject {
    /// Your own id of the customer, as given when the connection was made: 1 to 255 bytes.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The provider, in lower case.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "jira")]
    provider: Text,
}

impl Subject {
    fn parse<'a>(
        &self,
        app: &'a App,
        caller: Caller,
    ) -> Result<(Customer, &'a dyn Provider), Error> {
        parse_subject(app, caller.project, &self.external_id, &self.provider)
    }

    async fn find(&self, app: &App, caller: Caller) -> Result<Option<Connection>, Error> {
        let (customer, provider) = self.parse(app, caller)?;
        let mut tx = app.store.begin_read().await?;
        Ok(Connection::find(&mut tx, &customer, provider.name()).await?)
    }
}

refusals!(query ValidityRefusals, {
    let mut errors = subject_refusals();
    errors.push(Error::InvalidSecretKey);
    errors.extend(of_ours());
    errors
});

/// What that answer has where no scope is missing, in bytes.
const ROOM_FOR_VALIDITY: usize = 176;

/// Tell whether a connection can be used
///
/// Tells whether a connection exists and can be used.
#[utoipa::path(
    get, path = "/connection-info/check-connection-validity", operation_id = "connectionsCheckValidity", tag = "Connections",
    params(Subject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "What is known of it", body = Validity, example = json!({
            "exists": true, "is_expired": false, "is_invalid": false, "site_unavailable": false,
            "expires_at": "2027-11-02T09:00:00Z", "missing_scopes": []
        })),
        ValidityRefusals,
    ),
)]
pub async fn check_validity(
    State(app): State<App>,
    caller: Caller,
    Query(subject): Query<Subject>,
) -> Result<Response, Error> {
    let (customer, provider) = subject.parse(&app, caller)?;
    let known = validity::look(&app.tokens, provider, &customer).await?;
    let validity = Validity {
        exists: known.is_some(),
        is_expired: (known.as_ref()).is_some_and(|known| known.is_expired(app.clock.now())),
        is_invalid: known.as_ref().is_some_and(|known| known.is_invalid),
        site_unavailable: known.as_ref().is_some_and(|known| known.is_choice_lost),
        expires_at: known.as_ref().and_then(|known| known.expires_at),
        missing_scopes: known.and_then(|known| known.missing_scopes),
    };
    let mut json = Vec::with_capacity(ROOM_FOR_VALIDITY);
    serde_json::to_writer(&mut json, &validity).expect("it is plain data");
    Ok(of_json(json))
}

refusals!(query CredentialsRefusals, {
    let mut errors = subject_refusals();
    errors.extend([Error::InvalidSecretKey, Error::connection_not_found()]);
    errors.extend(of_ours());
    errors
});

/// Get the refresh token
///
/// Gives the refresh token. Using it yourself ends Juncture's own use of the connection: prefer
/// `get-access-token`.
#[utoipa::path(
    get, path = "/connection-info/get-connection-credentials", operation_id = "connectionsGetCredentials", tag = "Connections",
    params(Subject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The credentials", body = Credentials, example = json!({
            "refresh_token": "eyJraWQiOi…", "expires_at": "2027-11-02T09:00:00Z", "is_invalid": false
        })),
        CredentialsRefusals,
    ),
)]
pub async fn get_credentials(
    State(app): State<App>,
    caller: Caller,
    Query(subject): Query<Subject>,
) -> Result<Json<Credentials>, Error> {
    let connection = subject
        .find(&app, caller)
        .await?
        .ok_or_else(Error::connection_not_found)?;
    Ok(Json(Credentials {
        refresh_token: connection
            .refresh_token(&app.sealer)?
            .map(|token| token.expose_secret().to_owned()),
        expires_at: connection.expires_at,
        is_invalid: connection.is_invalid,
    }))
}

const GET_TOKEN: Call = Call::undeniable("Failed to get access token");

/// What an answer has beside a token, in bytes: names, a time, and that is all.
const ROOM_BESIDE_A_TOKEN: usize = 96;

/// An [`Access`] as JSON.
fn access(token: &AccessToken, expires_at: Option<Timestamp>) -> Vec<u8> {
    let mut json = Vec::with_capacity(token.length() + ROOM_BESIDE_A_TOKEN);
    json.extend_from_slice(br#"{"access_token":"#);
    write_text(&mut json, |text| token.append_to(text));
    if let Some(expires_at) = expires_at {
        json.extend_from_slice(br#","expires_at":"#);
        serde_json::to_writer(&mut json, &expires_at).expect("a time is JSON");
    }
    json.push(b'}');
    json
}

const UNKNOWN: Error = Error::ConnectionNotFound {
    status: StatusCode::UNAUTHORIZED,
};

refusals!(query AccessRefusals, {
    let mut errors = subject_refusals();
    errors.extend([
        Error::InvalidSecretKey,
        UNKNOWN,
        Error::NeedsReauthorization,
    ]);
    errors.extend(Error::of_upstream(GET_TOKEN.failed));
    errors.extend(of_ours());
    errors
});

/// Get an access token that works
///
/// Gives an access token that works, refreshed if need be. Ask right before each use.
#[utoipa::path(
    get, path = "/connection-info/get-access-token", operation_id = "connectionsGetAccessToken", tag = "Connections",
    params(Subject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "A token that works", body = Access, example = json!({
            "access_token": "eyJraWQiOi…", "expires_at": "2026-11-02T10:00:00Z"
        })),
        AccessRefusals,
    ),
)]
pub async fn get_access_token(
    State(app): State<App>,
    caller: Caller,
    Query(subject): Query<Subject>,
) -> Result<Response, Error> {
    let (customer, provider) = subject.parse(&app, caller)?;
    let held = app.tokens.at_hand(&customer, provider.name());
    let found = match held {
        Some(held) => held.map(Some),
        // Boxed: it is large, and who is answered from memory must not carry it.
        None => Box::pin(app.tokens.find(&customer, provider.name())).await,
    };
    let token = match found {
        // Or it was deleted while its token was being refreshed.
        Ok(None) | Err(Failure::ConnectionNotFound) => return Err(UNKNOWN),
        Ok(Some(token)) => token,
        Err(failure) => return Err(GET_TOKEN.error(failure)),
    };
    let expires_at = token.expires_at(&*app.clock);
    Ok(of_json(access(&token, expires_at)))
}

refusals!(query DeleteRefusals, {
    let mut errors = subject_refusals();
    errors.extend([Error::InvalidSecretKey, Error::connection_not_found()]);
    errors.extend(of_ours());
    errors.extend(body_refusals());
    errors
});

/// Delete a connection
///
/// Deletes a connection: its tokens are forgotten at once, and connecting again makes a new one. The
/// parameters may also stand as JSON in the body. The grant is given back where the provider documents how.
/// Atlassian has no endpoint for it; the customer can revoke it at id.atlassian.com, under "Connected apps".
#[utoipa::path(
    delete, path = "/connection-info/delete-connection", operation_id = "connectionsDelete", tag = "Connections",
    params(Subject), security(("secret_key" = [])),
    responses((status = 200, description = "Deleted", body = Done, example = json!({"success": true})), DeleteRefusals),
)]
pub async fn delete_connection(
    State(app): State<App>,
    caller: Caller,
    BodyOrQuery(subject): BodyOrQuery<Subject>,
) -> Result<Json<Done>, Error> {
    let (customer, provider) = subject.parse(&app, caller)?;
    if delete::forget(&app.tokens, &customer, provider).await? {
        Ok(Json(DONE))
    } else {
        Err(Error::connection_not_found())
    }
}
