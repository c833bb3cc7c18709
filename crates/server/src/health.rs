//! What an operator asks: whether the process lives, whether it can work, what it has counted.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::app::App;

/// Tells that the process lives.
#[utoipa::path(
    get, path = "/healthz", operation_id = "serverHealth", tag = "Operations",
    responses((status = 200, description = "It lives", body = Value, example = json!({"status": "ok"}))),
)]
pub async fn healthz() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Tells whether the store takes writes and the cache answers. The store is tried once a second at the
/// most, however often this is asked.
#[utoipa::path(
    get, path = "/readyz", operation_id = "serverReady", tag = "Operations",
    responses(
        (status = 200, description = "Both answer", body = Value, example = json!({
            "status": "ok", "checks": {"store": "ok", "cache": "ok"}
        })),
        (status = 503, description = "One does not", body = Value, example = json!({
            "error": "Not ready", "code": "not_ready", "checks": {"store": "unavailable", "cache": "ok"}
        })),
    ),
)]
pub async fn readyz(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let is_store_ready = app.store.check().await.is_ok();
    let is_cache_ready = app.cache.answers().await;
    let word = |is_ready| if is_ready { "ok" } else { "unavailable" };
    let checks = json!({"store": word(is_store_ready), "cache": word(is_cache_ready)});
    if is_store_ready && is_cache_ready {
        return (
            StatusCode::OK,
            Json(json!({"status": "ok", "checks": checks})),
        );
    }
    let body = json!({"error": "Not ready", "code": "not_ready", "checks": checks});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body))
}

/// Gives what is counted, as Prometheus text.
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
