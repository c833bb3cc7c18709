//! The reference that everything is measured against: axum, hyper and tokio as `axum::serve` puts them
//! together, and nothing else. `bench-reference PORT [PATH TYPE FILE]…` answers each path with a file; with
//! those of a folder, if it is one, each for the query that is its name.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::routing::{MethodRouter, get};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().context("which port?")?.parse()?;
    let mut routes = Router::new();
    while let Some(path) = arguments.next() {
        let content_type = arguments.next().context("of which type?")?;
        let content_type = HeaderValue::try_from(content_type)?;
        let file = PathBuf::from(arguments.next().context("which file?")?);
        let answer = if file.is_dir() {
            by_query(content_type, &file)?
        } else {
            let body = Bytes::from(std::fs::read(file)?);
            get(async move || ([(header::CONTENT_TYPE, content_type)], body))
        };
        routes = routes.route(&path, answer);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, routes).await?;
    Ok(())
}

/// A file of `folder` for each query.
fn by_query(content_type: HeaderValue, folder: &Path) -> anyhow::Result<MethodRouter> {
    let mut bodies = HashMap::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let query = path.file_name().and_then(|name| name.to_str());
        let query = query.context("a name that is no text")?.to_owned();
        bodies.insert(query, Bytes::from(std::fs::read(path)?));
    }
    let bodies = Arc::new(bodies);
    let answer = async move |RawQuery(query): RawQuery| {
        let body = query.and_then(|query| bodies.get(&query).cloned());
        let body = body.ok_or(StatusCode::NOT_FOUND)?;
        Ok::<_, StatusCode>(([(header::CONTENT_TYPE, content_type)], body))
    };
    Ok(get(answer))
}
