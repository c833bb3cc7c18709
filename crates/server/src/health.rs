//! What an operator asks: whether the process lives, whether it can work, what it has counted.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::web::schema::schema;

schema!(
    /// It does as it should.
    Fine as "ServerFine", one of ["ok"]
);

schema!(
    /// Whether a part of the server answers.
    PartState as "ServerPartState", one of ["ok", "unavailable"]
);

schema!(
    /// Why the server cannot work.
    NotReadyCode as "ServerNotReadyCode", one of ["not_ready"]
);

/// The process lives.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerHealth)]
pub struct Health {
    /// Always `ok`.
    #[schema(value_type = Fine)]
    status: &'static str,
}

/// The server can work.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerReadiness)]
pub struct Readiness {
    /// Always `ok`.
    #[schema(value_type = Fine)]
    status: &'static str,
    /// Each part.
    checks: Checks,
}

/// The server cannot work.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerUnreadiness)]
pub struct Unreadiness {
    /// A sentence, the same for ever.
    error: &'static str,
    /// A stable slug for programs.
    #[schema(value_type = NotReadyCode)]
    code: &'static str,
    /// Each part.
    checks: Checks,
}

/// What the server cannot work without.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerChecks)]
pub struct Checks {
    /// Whether the store takes writes.
    #[schema(value_type = PartState)]
    store: &'static str,
    /// Whether the cache answers.
    #[schema(value_type = PartState)]
    cache: &'static str,
}

/// Tell that the process lives
///
/// Answers as long as the process does, whatever becomes of the store and the cache.
#[utoipa::path(
    get, path = "/healthz", operation_id = "serverHealth", tag = "Operations",
    responses((status = 200, description = "It lives", body = Health, example = json!({"status": "ok"}))),
)]
pub async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Tell whether the server can work
///
/// That is whether the store takes writes and the cache answers. The store is tried once a second at the
/// most, however often this is asked.
#[utoipa::path(
    get, path = "/readyz", operation_id = "serverReady", tag = "Operations",
    responses(
        (status = 200, description = "Both answer", body = Readiness, example = json!({
            "status": "ok", "checks": {"store": "ok", "cache": "ok"}
        })),
        (status = 503, description = "One does not", body = Unreadiness, example = json!({
            "error": "Not ready", "code": "not_ready", "checks": {"store": "unavailable", "cache": "ok"}
        })),
    ),
)]
pub async fn readyz(State(app): State<App>) -> Response {
    let is_store_ready = app.store.check().await.is_ok();
    let is_cache_ready = app.cache.answers().await;
    let word = |is_ready| if is_ready { "ok" } else { "unavailable" };
    let checks = Checks {
        store: word(is_store_ready),
        cache: word(is_cache_ready),
    };
    if is_store_ready && is_cache_ready {
        let status = "ok";
        return Json(Readiness { status, checks }).into_response();
    }
    let unready = Unreadiness {
        error: "Not ready",
        code: "not_ready",
        checks,
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(unready)).into_response()
}

/// Get what is counted
///
/// In the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", operation_id = "serverMetrics", tag = "Operations",
    responses((
        status = 200, description = "The counts", body = String, content_type = "text/plain",
        example = "juncture_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1"
    )),
)]
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let headers = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (headers, app.metrics.to_text())
}
