//! The reference that everything is measured against: axum, hyper and tokio as `axum::serve` puts them
//! together, and nothing else. `bench-reference PORT [PATH TYPE FILE]…` answers each path with a file.

use std::net::Ipv4Addr;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().context("which port?")?.parse()?;
    let mut routes = Router::new();
    while let Some(path) = arguments.next() {
        let content_type = arguments.next().context("of which type?")?;
        let content_type = HeaderValue::try_from(content_type)?;
        let body = Bytes::from(std::fs::read(arguments.next().context("which file?")?)?);
        let answer = async move || ([(header::CONTENT_TYPE, content_type)], body);
        routes = routes.route(&path, get(answer));
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, routes).await?;
    Ok(())
}
