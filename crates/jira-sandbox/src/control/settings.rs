//! What an administrator switches on and off for a whole site.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::sandbox::Sandbox;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    site_id: String,
    /// Whether people estimate and log time.
    time_tracking: Option<bool>,
}

/// `POST /_sandbox/settings`: sets what the body names and leaves the rest.
pub(super) async fn change(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, Wrong> {
    let wish: Wish = read(&body)?;
    let mut state = sandbox.state();
    let site = state.world.find_site(&wish.site_id);
    let site = site.ok_or_else(|| Wrong::unknown("There is no site with this site_id."))?;
    let site = &mut state.world.sites[site];
    site.has_time_tracking = wish.time_tracking.unwrap_or(site.has_time_tracking);
    Ok(Json(json!({"time_tracking": site.has_time_tracking})))
}
