//! What hyper cannot read as a request is refused in our words, like everything else.

use std::net::SocketAddr;

use axum::http::StatusCode;

use crate::app::App;
use crate::web::error::{CODE, Error};
use crate::web::requests::REQUEST_ID;

/// Refuses what comes from one peer.
pub(super) struct Refuse {
    pub(super) app: App,
    pub(super) peer: SocketAddr,
}

impl Refuse {
    /// Our answer in the place of hyper's, which is a head without a body. It is logged and counted as
    /// a request of no known method or route.
    pub(super) fn instead_of(&self, theirs: &[u8]) -> Vec<u8> {
        let head = String::from_utf8_lossy(theirs);
        let status = head.split(' ').nth(1);
        let status = status.and_then(|status| StatusCode::from_bytes(status.as_bytes()).ok());
        let error = Error::unreadable(status.unwrap_or(StatusCode::BAD_REQUEST));
        let (status, body) = (error.status(), error.body().to_string());
        let id = crate::random::uuid_v7(self.app.clock.now());
        let client = self.peer.ip().to_canonical();
        tracing::info_span!("request", %id, %client, route = "none").in_scope(|| {
            tracing::info!(status = status.as_u16(), code = error.code(), "refused");
        });
        self.app.requests.count_unreadable(status);
        let date = head.lines().find(|line| line.starts_with("date:"));
        let date = date.map_or_else(String::new, |date| format!("{date}\r\n"));
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{REQUEST_ID}: {id}\r\n{CODE}: {code}\r\n\
             content-length: {length}\r\nconnection: close\r\n{date}\r\n{body}",
            code = error.code(),
            length = body.len(),
        )
        .into_bytes()
    }
}

/// What hyper would say to a version of HTTP that it does not even answer.
pub(super) const OTHER_VERSION: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\n\r\n";
