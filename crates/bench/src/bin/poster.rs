//! The reference for deliveries: loops that only sign and post. `bench-poster URL SECRET COUNT BODY LOOPS
//! CONNECTIONS` posts a body so often, signed as Standard Webhooks 1.0.0 says, in so many loops beside each other:
//! each over one connection if the last word is `kept`, and over another for each post if it is `new`. It prints how
//! long it took, in seconds.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context as _, bail, ensure};
use axum::body::{Body, Bytes};
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::try_join_all;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use juncture_clock::{Clock as _, SystemClock};
use ring::hmac::{HMAC_SHA256, Key, sign};
use tokio::net::TcpStream;
use url::Url;
use uuid::Uuid;

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
    let loops: usize = next("in how many loops?")?.parse()?;
    let is_kept = match &*next("over which connections?")? {
        "kept" => true,
        "new" => false,
        other => bail!("{other:?} is neither kept nor new"),
    };
    let begun = SystemClock.steady();
    let left = AtomicUsize::new(count);
    let takes_one = |left: usize| left.checked_sub(1);
    let loops = (0..loops).map(async |_| {
        let mut connection = None;
        while left.fetch_update(Relaxed, Relaxed, takes_one).is_ok() {
            let mut sender = match connection.take() {
                Some(kept) => kept,
                None => connect(&url).await?,
            };
            post(&mut sender, &url, &key, body.clone()).await?;
            connection = is_kept.then_some(sender);
        }
        anyhow::Ok(())
    });
    try_join_all(loops).await?;
    let took = SystemClock.steady().saturating_sub(begun);
    #[expect(clippy::print_stdout, reason = "it is read from there")]
    {
        println!("{}", took.as_secs_f64());
    }
    Ok(())
}

async fn connect(url: &Url) -> anyhow::Result<SendRequest<Body>> {
    let stream = TcpStream::connect(url.authority()).await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with its sender.
    tokio::spawn(connection);
    Ok(sender)
}

async fn post(
    sender: &mut SendRequest<Body>,
    url: &Url,
    key: &Key,
    body: Bytes,
) -> anyhow::Result<()> {
    let (id, now) = (Uuid::new_v4(), SystemClock.now().as_second());
    let signed = [format!("{id}.{now}.").as_bytes(), &body].concat();
    let signature = STANDARD.encode(sign(key, &signed));
    let request = Request::post(url.path())
        .header("host", url.authority())
        .header("content-type", "application/json")
        .header("webhook-id", id.to_string())
        .header("webhook-timestamp", now)
        .header("webhook-signature", format!("v1,{signature}"))
        .body(Body::from(body))?;
    sender.ready().await?;
    let answer = sender.send_request(request).await?;
    ensure!(answer.status().is_success(), "{}", answer.status());
    Ok(())
}
