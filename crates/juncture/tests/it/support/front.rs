//! A host in front of the sandbox that answers some paths as a test says, and passes on the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::loopback::Loopback;
use super::sandbox::http_client;

/// An answer of a test's own.
#[derive(Clone)]
pub(crate) struct Crafted {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) is_gzip: bool,
}

impl Crafted {
    pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            body: body.into(),
            is_gzip: false,
        }
    }

    /// So many megabytes of this byte, of which a thousandth goes over the wire (RFC 1952 §2.3). It has
    /// no end, which nobody should come to.
    pub(crate) fn bomb(byte: u8, megabytes: usize) -> Self {
        const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
        let mut megabyte = Vec::with_capacity(64 * 1024);
        flate2::Compress::new(flate2::Compression::best(), false)
            .compress_vec(
                &vec![byte; 1024 * 1024],
                &mut megabyte,
                flate2::FlushCompress::Sync,
            )
            .unwrap();
        Self {
            status: 200,
            body: [&HEADER[..], &megabyte.repeat(megabytes)].concat().into(),
            is_gzip: true,
        }
    }
}

#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) url: String,
    behind: String,
    http: reqwest::Client,
    crafted: Arc<Mutex<HashMap<String, Crafted>>>,
}

impl Front {
    /// A host in front of the one at this address.
    pub(crate) async fn start(behind: &str) -> Self {
        let loopback = Loopback::bind().await;
        let front = Self {
            url: loopback.url.clone(),
            behind: behind.to_owned(),
            http: http_client(),
            crafted: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(front.clone());
        loopback.serve(router);
        front
    }

    /// Answers requests whose path ends in `end` with this from now on.
    pub(crate) fn craft(&self, end: &str, crafted: Crafted) {
        self.crafted.lock().unwrap().insert(end.to_owned(), crafted);
    }

    fn find(&self, path: &str) -> Option<Crafted> {
        let crafted = self.crafted.lock().unwrap();
        let found = crafted.iter().find(|(end, _)| path.ends_with(end.as_str()));
        found.map(|(_, crafted)| crafted.clone())
    }

    async fn pass_on(&self, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let url = format!("{}{}", self.behind, parts.uri);
        let mut headers = parts.headers;
        headers.remove(header::HOST);
        let answer = self.http.request(parts.method, url).headers(headers);
        let answer = answer.body(body).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let kept = |name: header::HeaderName| Some((name.clone(), headers.get(name)?.clone()));
        let kept: HeaderMap = [header::CONTENT_TYPE, header::RETRY_AFTER]
            .into_iter()
            .filter_map(kept)
            .collect();
        (status, kept, answer.bytes().await.unwrap()).into_response()
    }
}

async fn answer(State(front): State<Front>, request: Request<Body>) -> Response {
    let Some(crafted) = front.find(request.uri().path()) else {
        return front.pass_on(request).await;
    };
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    if crafted.is_gzip {
        let gzip = HeaderValue::from_static("gzip");
        headers.insert(header::CONTENT_ENCODING, gzip);
    }
    let status = StatusCode::from_u16(crafted.status).unwrap();
    (status, headers, crafted.body).into_response()
}
