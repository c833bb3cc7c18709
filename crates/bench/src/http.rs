//! The bench's own client: what is asked for is read to its end and, where it must be, parsed.

use axum::body::Bytes;
use reqwest::{Client, RequestBuilder, redirect};
use serde_json::Value;

/// A client that follows nothing and takes nothing compressed.
#[expect(clippy::disallowed_methods, reason = "the client of the bench")]
pub(crate) fn client() -> Client {
    juncture_outbound::use_ring();
    let client = Client::builder().redirect(redirect::Policy::none());
    let client = client.no_gzip().build();
    client.expect("the TLS backend is compiled in")
}

/// The bytes of a good answer.
pub(crate) async fn bytes(request: RequestBuilder) -> Bytes {
    let answer = request.send().await.expect("an answer");
    let (url, status) = (answer.url().path().to_owned(), answer.status());
    let body = answer.bytes().await.expect("a body");
    assert!(status.is_success(), "{url}: {status} {body:?}");
    body
}

/// A good answer.
pub(crate) async fn json(request: RequestBuilder) -> Value {
    juncture_json::decode(&bytes(request).await).expect("JSON")
}

/// Where an answer leads.
pub(crate) async fn location(request: RequestBuilder) -> String {
    let answer = request.send().await.expect("an answer");
    let location = answer.headers().get("location").expect("a redirect");
    location.to_str().expect("a URL").to_owned()
}

/// A member that is a text.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
