//! The pictures that avatar and icon links lead to: two letters on a colour.

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::sandbox::Sandbox;

/// `GET /avatars/{initials}`
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new().route("/avatars/{initials}", get(draw))
}

async fn draw(Path(initials): Path<String>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "image/svg+xml")],
        picture(&initials),
    )
}

/// The first two letters of a text on a colour, as SVG.
pub(crate) fn picture(text: &str) -> String {
    // Letters and digits only: the text goes into XML.
    let letters: String = text
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .take(2)
        .collect();
    let hue = letters.chars().map(u32::from).sum::<u32>() * 47 % 360;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" role="img" aria-label="{letters}"><rect width="48" height="48" rx="8" fill="hsl({hue} 45% 40%)"/><text x="24" y="31" font-family="sans-serif" font-size="20" text-anchor="middle" fill="#fff">{letters}</text></svg>"##
    )
}
