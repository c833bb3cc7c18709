//! What an operator asks: whether the process lives, whether it can work, what it has counted.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use juncture_views::health::{Checks, Health, Readiness, Unreadiness};

use crate::app::App;

/// Tell that the process lives
///
/// Answers as long as the process does, whatever becomes of the store and the cache.
#[utoipa::path(
    get, path = "/healthz", operation_id = "serverHealth", tag = "Operations",
    responses((status = 200, description = "It lives", body = Health, example = json!({"status": "ok"}))),
)]
pub async fn healthz() -> Json<Health> {
    Json(Health {
        status: "ok".into(),
    })
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
        store: word(is_store_ready).into(),
        cache: word(is_cache_ready).into(),
    };
    if is_store_ready && is_cache_ready {
        let status = "ok".into();
        return Json(Readiness { status, checks }).into_response();
    }
    let unready = Unreadiness {
        error: "Not ready".into(),
        code: "not_ready".into(),
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
