//! `/api/backend/events`: what has happened, to be read on, and to be erased.

pub mod erase;
mod reader;
pub mod stream;

use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use juncture_views::events::Events;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::IntoParams;

use self::reader::Reader;
use crate::app::App;
use crate::events::feed::{After, FeedError, Wanted, cursor_of};
use crate::events::{Event, EventError, Kind, cursor};
use crate::project::ProjectId;
use crate::web::answer::of_json;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{Query, Text, external_id, no_external_id};
use crate::web::openapi::refusals;
use crate::web::refusals::of_ours;

/// How many events are told where nobody says so, and how many at the most.
const USUAL: u16 = 100;
const MOST: u16 = 500;

/// How long a reader may wait, in seconds: less than proxies wait for an answer.
const LONGEST_WAIT: u64 = 25;

/// What `after` says for the end of the feed.
const LATEST: &str = "latest";

/// Which events, and from where on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Behind what to go on: the `next_cursor` of the answer before, or the `cursor` of an event. `latest` begins
    /// at the end of the feed. Absent, it begins with the oldest event that is kept.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "AAAAAAAAEmdW2FzJ")]
    after: Text,
    /// Those of this customer alone, by your own id.
    #[serde(default)]
    #[param(value_type = Option<juncture_views::schema::Id>, example = "project123")]
    external_id: Text,
    /// Those of these types alone, by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "connection.created,connection.deleted")]
    types: Text,
}

impl Which {
    fn after(&self, project: ProjectId) -> Result<After, Error> {
        let after = self.after.optional("after")?;
        position(project, after)
    }

    fn wanted(&self) -> Result<Wanted, Error> {
        let customer = self.external_id.optional("external_id")?;
        let customer = customer.map(external_id).transpose()?;
        let types = self.types.optional("types")?.unwrap_or_default();
        let words = types.split(',').map(str::trim);
        let words = words.filter(|word| !word.is_empty());
        let mut kinds = Vec::new();
        for word in words {
            let kind = Kind::parse(word).ok_or_else(invalid_types)?.as_str();
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        Ok(Wanted {
            external_id: customer.map(|id| id.as_str().to_owned()),
            kinds,
        })
    }
}

/// How many events, and how long to wait for them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HowMany {
    /// How many there are in an answer at most.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, example = 100)]
    limit: Text,
    /// How many seconds to wait where there is no event yet; 0 if absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 0, maximum = 25, example = 25)]
    wait: Text,
}

impl HowMany {
    fn parse(&self) -> Result<(u16, Duration), Error> {
        let limit = self.limit.optional("limit")?;
        let limit = limit.map_or(Ok(USUAL), |text| {
            let limit = text.parse().ok();
            let limit = limit.filter(|limit| (1..=MOST).contains(limit));
            limit.ok_or_else(invalid_limit)
        })?;
        let wait = self.wait.optional("wait")?;
        let wait = wait.map_or(Ok(0), |text| {
            let wait = text.parse().ok();
            let wait = wait.filter(|wait| *wait <= LONGEST_WAIT);
            wait.ok_or_else(invalid_wait)
        })?;
        Ok((limit, Duration::from_secs(wait)))
    }
}

fn position(project: ProjectId, after: Option<&str>) -> Result<After, Error> {
    match after {
        None => Ok(After::Nothing),
        Some(LATEST) => Ok(After::Latest),
        Some(text) => {
            let position = cursor::read(project, text);
            position.map(After::Position).ok_or_else(unknown_cursor)
        }
    }
}

fn invalid_limit() -> Error {
    Error::invalid_field("limit", format!("must be a number from 1 to {MOST}"))
}

fn invalid_wait() -> Error {
    Error::invalid_field("wait", format!("must be a number from 0 to {LONGEST_WAIT}"))
}

fn invalid_types() -> Error {
    let known = Kind::ALL.map(Kind::as_str).join(", ");
    Error::invalid_field("types", format!("must be of these, by commas: {known}"))
}

fn unknown_cursor() -> Error {
    Error::invalid_field("after", "is no cursor of this feed")
}

fn cursor_ahead() -> Error {
    let reason =
        "is ahead of the feed: the database was brought back from an older copy; begin anew";
    Error::invalid_field("after", reason)
}

fn overtaken(oldest: &str) -> Error {
    Error::Gone {
        error: "Events behind this cursor are no longer kept",
        code: "cursor_expired",
        details: json!({"oldest_cursor": oldest}),
    }
}

fn refused(project: ProjectId, error: FeedError) -> Error {
    match error {
        FeedError::Ahead => cursor_ahead(),
        FeedError::Overtaken { oldest } => overtaken(&cursor_of(project, oldest)),
        FeedError::Event(EventError::Store(error)) => error.into(),
        FeedError::Event(EventError::Seal(error)) => error.into(),
    }
}

/// What may be wrong with where somebody reads on, and how.
fn which_refusals() -> Vec<Error> {
    let mut errors = vec![
        unknown_cursor(),
        cursor_ahead(),
        no_external_id(),
        invalid_types(),
        overtaken("AAAAAAAAEmdW2FzJ"),
        Error::InvalidSecretKey,
    ];
    errors.extend(of_ours());
    errors
}

/// An event, as the feed tells it.
#[derive(Serialize)]
struct Told<'a> {
    id: String,
    cursor: String,
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: Timestamp,
    data: &'a RawValue,
}

impl<'a> Told<'a> {
    fn of(event: &'a Event) -> Self {
        Self {
            id: event.id.to_string(),
            cursor: cursor_of(event.project, event.position),
            kind: &event.kind,
            timestamp: event.occurred_at,
            data: &event.data,
        }
    }

    fn to_json(&self) -> Box<RawValue> {
        to_raw_value(self).expect("it is plain data")
    }
}

#[derive(Serialize)]
struct Page<'a> {
    data: Vec<Told<'a>>,
    next_cursor: String,
    has_more: bool,
}

refusals!(query ListEventsRefusals, {
    let mut errors = vec![invalid_limit(), invalid_wait()];
    errors.extend(which_refusals());
    errors
});

/// Read the events
///
/// Gives what has happened, in order, from a cursor on. Keep `next_cursor` with what you have made of the events,
/// and give it as `after` the next time: no event is left out, and none comes twice. With `wait` the answer
/// comes as soon as there is an event, or without one at the end of that time.
///
/// To who accepts `text/event-stream` the same is sent as Server-Sent Events, for as long as they listen: each has its
/// `cursor` as the `id`, and who comes again with the header `Last-Event-ID` goes on behind it.
#[utoipa::path(
    get, path = "/events", operation_id = "eventsList", tag = "Events",
    params(Which, HowMany), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Some of them", body = Events, example = json!({"data": [{
            "id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5970", "cursor": "AAAAAAAAEmdW2FzJ",
            "type": "connection.needs_reauthorization", "timestamp": "2026-11-02T10:00:00Z",
            "data": {
                "connection_id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5968", "external_id": "project123", "provider": "jira",
                "sequence": 2, "reason": "refused", "expires_at": "2027-11-02T09:00:00Z"
            }
        }], "next_cursor": "AAAAAAAAEmdW2FzJ", "has_more": false})),
        ListEventsRefusals,
    ),
)]
pub async fn list_events(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(which): Query<Which>,
    Query(how_many): Query<HowMany>,
) -> Result<Response, Error> {
    let (limit, wait) = how_many.parse()?;
    if stream::is_wanted(&headers) {
        return stream::open(app, caller, headers, &which).await;
    }
    let project = caller.project;
    let mut reader = Reader::new(&app, project, which.after(project)?, which.wanted()?, limit);
    let mut page = reader.read().await?;
    if page.events.is_empty() && !wait.is_zero() {
        let _place = app
            .event_readers
            .take(project)
            .ok_or_else(Error::too_many_requests)?;
        let end = app.clock.deadline(wait);
        page = tokio::select! {
            page = reader.wait() => page?,
            // Whoever tells of events may have been away.
            () = end => reader.read().await?,
            () = app.stopping.cancelled() => page,
        };
    }
    let told = Page {
        data: page.events.iter().map(Told::of).collect(),
        next_cursor: cursor_of(project, page.next),
        has_more: !page.is_end,
    };
    Ok(of_json(
        serde_json::to_vec(&told).expect("it is plain data"),
    ))
}
