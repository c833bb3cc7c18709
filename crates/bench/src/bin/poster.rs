//! The reference for deliveries: a loop that only signs and posts. `bench-poster URL SECRET COUNT BODY` posts a body so
//! often, signed as Standard Webhooks 1.0.0 says, sixteen at once, each over a connection of its own: whoever posts
//! to addresses of others judges each anew. It prints how long it took, in seconds.

use anyhow::{Context as _, ensure};
use axum::body::{Body, Bytes};
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use futures_util::stream;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use juncture_clock::{Clock as _, SystemClock};
use ring::hmac::{HMAC_SHA256, Key, sign};
use tokio::net::TcpStream;
use url::Url;
use uuid::Uuid;

/// As many as the server makes at once at one endpoint.
const AT_ONCE: usize = 16;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &'static str| arguments.next().context(what);
    let url: Url = next("where to?")?.parse()?;
    let secret = next("signed by what?")?;
    let secret = STANDARD.decode(secret.trim_start_matches("whsec_"))?;
    let key = Key::new(HMAC_SHA256, &secret);
    let count: usize = next("how often?")?.parse()?;
    let body = Bytes::from(next("what?")?);
    let begun = SystemClock.steady();
    let posts = stream::iter(0..count).map(|_| post(&url, &key, body.clone()));
    let mut posts = posts.buffer_unordered(AT_ONCE);
    while let Some(posted) = posts.next().await {
        posted?;
    }
    let took = SystemClock.steady().saturating_sub(begun);
    #[expect(clippy::print_stdout, reason = "it is read from there")]
    {
        println!("{}", took.as_secs_f64());
    }
    Ok(())
}

async fn post(url: &Url, key: &Key, body: Bytes) -> anyhow::Result<()> {
    let (id, now) = (Uuid::new_v4(), SystemClock.now().as_second());
    let signed = [format!("{id}.{now}.").as_bytes(), &body].concat();
    let signature = STANDARD.encode(sign(key, &signed));
    let authority = url.authority();
    let stream = TcpStream::connect(authority).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::post(url.path())
        .header("host", authority)
        .header("content-type", "application/json")
        .header("webhook-id", id.to_string())
        .header("webhook-timestamp", now)
        .header("webhook-signature", format!("v1,{signature}"))
        .body(Body::from(body))?;
    let answer = sender.send_request(request).await?;
    ensure!(answer.status().is_success(), "{}", answer.status());
    connection.abort();
    Ok(())
}
