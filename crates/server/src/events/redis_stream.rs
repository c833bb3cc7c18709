//! The feed as Redis Streams, one for each project.

use std::fmt::{self, Display};
use std::sync::Arc;

use async_trait::async_trait;
use juncture_clock::Clock;

use super::Event;
use super::feed::cursor_of;
use super::sink::{Sink, SinkError};
use crate::cache::settings::StreamConfig;
use crate::cache::streams::{Entry, Streams};
use crate::project::{DEFAULT_NAME, ProjectId};

/// The streams of one server whose names begin alike.
pub struct RedisStream {
    streams: Streams,
    /// With what the names begin.
    stream: String,
    name: String,
}

impl RedisStream {
    /// Nothing is connected yet.
    #[must_use]
    pub fn new(config: &StreamConfig, clock: Arc<dyn Clock>) -> Self {
        Self {
            streams: Streams::new(config, clock),
            stream: config.stream.clone(),
            name: format!("redis:{}", config.stream),
        }
    }

    /// The name of the stream for a project.
    fn stream_of(&self, project: ProjectId) -> String {
        if project == ProjectId::DEFAULT {
            format!("{}:{DEFAULT_NAME}", self.stream)
        } else {
            format!("{}:{project}", self.stream)
        }
    }
}

impl Display for RedisStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "streams {}:… in {}", self.stream, self.streams)
    }
}

#[async_trait]
impl Sink for RedisStream {
    fn name(&self) -> &str {
        &self.name
    }

    async fn append(&self, project: ProjectId, events: &[Event]) -> Result<(), SinkError> {
        let entries: Vec<_> = events.iter().map(entry).collect();
        let appended = self
            .streams
            .append(&self.stream_of(project), &entries)
            .await;
        appended.map_err(|error| SinkError(error.to_string()))
    }
}

/// What a reader gets of an event: what a delivery has, and its cursor in the feed.
fn entry(event: &Event) -> Entry {
    let body = serde_json::to_string(&event.body()).expect("it is plain data");
    vec![
        ("id", event.id.to_string()),
        ("cursor", cursor_of(event.project, event.position)),
        ("type", event.kind.clone()),
        ("body", body),
    ]
}
