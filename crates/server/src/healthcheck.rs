//! `juncture healthcheck`: asks a server of the same machine how it is, for container images that
//! have no other program to ask with.
//!
//! It speaks plain HTTP over the loopback, by no proxy and without the outbound client and its TLS:
//! it runs every few seconds for as long as the server does.

use std::io;
use std::time::Duration;

use axum::body::{self, Body};
use axum::http::{Request, StatusCode, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use juncture_clock::Clock;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::config::Address;

/// How long the server may take. Longer than a look at a store that does not answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// The most that is read of an answer, in bytes.
const LONGEST_ANSWER: usize = 4096;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether the process lives: `/healthz`.
    Lives,
    /// Whether its store and its cache answer too: `/readyz`.
    IsReady,
}

/// Why a server is not as it should be; each a line.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// `PORT` does not tell the port.
    #[error("PORT is 0, so only the server knows which port it has taken")]
    UnknownPort,
    /// Nobody listens, or the connection broke off.
    #[error("{url} does not answer: {reason}")]
    Silent {
        /// What was asked.
        url: String,
        /// How it failed.
        reason: io::Error,
    },
    /// It took longer than [`PATIENCE`].
    #[error("{url} does not answer within {} seconds", PATIENCE.as_secs())]
    Slow {
        /// What was asked.
        url: String,
    },
    /// The server says that it is not well.
    #[error("{url} answers {status}: {body}")]
    Refused {
        /// What was asked.
        url: String,
        /// Any other than 200.
        status: StatusCode,
        /// What the server says, if it is JSON.
        body: Value,
    },
}

/// Asks the server that listens at `address`. Returns what is to be said of a healthy one.
pub async fn ask(
    address: &Address,
    question: Question,
    clock: &dyn Clock,
) -> Result<String, Unhealthy> {
    let address = address.from_within();
    if address.port == 0 {
        return Err(Unhealthy::UnknownPort);
    }
    let path = match question {
        Question::Lives => "/healthz",
        Question::IsReady => "/readyz",
    };
    let url = format!("http://{address}{path}");
    let (status, body) = tokio::select! {
        answer = get(&address, path) => match answer {
            Ok(answer) => answer,
            Err(reason) => return Err(Unhealthy::Silent { url, reason }),
        },
        () = clock.deadline(PATIENCE) => return Err(Unhealthy::Slow { url }),
    };
    if status == StatusCode::OK {
        Ok(format!("{url} answers {status}"))
    } else {
        Err(Unhealthy::Refused { url, status, body })
    }
}

async fn get(address: &Address, path: &str) -> io::Result<(StatusCode, Value)> {
    let stream = TcpStream::connect((address.host.as_str(), address.port)).await?;
    let request = Request::get(path)
        .header(header::HOST, address.to_string())
        .header(header::CONNECTION, "close")
        .body(Body::empty())
        .map_err(io::Error::other)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    let (head, rest) = answer.map_err(io::Error::other)?.into_parts();
    let rest = body::to_bytes(Body::new(rest), LONGEST_ANSWER).await;
    let rest = rest.map_err(io::Error::other)?;
    let body = juncture_json::decode(&rest).unwrap_or_default();
    Ok((head.status, body))
}
