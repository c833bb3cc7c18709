//! The feed as Server-Sent Events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use futures_util::stream;

use super::reader::Reader;
use super::{Told, USUAL, Which, position};
use crate::app::App;
use crate::events::feed::{After, Page, cursor_of};
use crate::events::places::Place;
use crate::project::ProjectId;
use crate::projects::scopes::Scope;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::Query;

/// What a stream is called.
const EVENT_STREAM: &str = "text/event-stream";

/// Who connects again says what it has seen last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How long nothing is sent at most: less than proxies wait for something.
const BEAT: Duration = Duration::from_secs(15);

/// After how many milliseconds a client that was cut off comes again.
const RETRY: &str = "retry: 1000\n\n";

/// Answers with the feed as a stream, whatever the client says that it takes.
pub(crate) async fn stream_events(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(which): Query<Which>,
) -> Result<Response, Error> {
    open(app, caller, headers, &which).await
}

/// Whether a client wants a stream: browsers' `EventSource` says so by itself.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT);
    let accepts = accepts.and_then(|accepts| accepts.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains(EVENT_STREAM))
}

/// The feed as a stream, from behind what the client has seen.
pub(super) async fn open(
    app: App,
    caller: Caller,
    headers: HeaderMap,
    which: &Which,
) -> Result<Response, Error> {
    let project = caller.project;
    let after = match headers.get(LAST_EVENT_ID) {
        Some(seen) => position(project, Some(seen.to_str().unwrap_or_default()))?,
        None => which.after(project)?,
    };
    let mut reader = Reader::new(&app, project, after, which.wanted()?, USUAL);
    let place = app.event_readers.take(project);
    let place = place.ok_or_else(Error::too_many_requests)?;
    // So that a cursor that does not work is refused, and told what does.
    let first = reader.read().await?;
    let mut begin = RETRY.to_owned();
    begin.push_str(&write(&first));
    let streaming = Streaming {
        app,
        project,
        headers,
        reader,
        begin: Some(begin),
        _place: place,
    };
    let body = stream::unfold(streaming, |mut streaming| async {
        let piece = streaming.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(piece)), streaming))
    });
    let mut response = Response::new(Body::from_stream(body));
    let of_events = HeaderValue::from_static(EVENT_STREAM);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, of_events);
    // Some proxies keep answers until they are whole unless they are told not to.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    response
        .headers_mut()
        .insert(unbuffered, HeaderValue::from_static("no"));
    Ok(response)
}

/// A stream on its way: it reads on when what it has sent is taken.
struct Streaming {
    app: App,
    project: ProjectId,
    /// Those of the request, whose key must stay good.
    headers: HeaderMap,
    reader: Reader,
    begin: Option<String>,
    _place: Place,
}

impl Streaming {
    /// What is to be sent next; none where the stream ends.
    async fn next(&mut self) -> Option<String> {
        if let Some(begin) = self.begin.take() {
            return Some(begin);
        }
        let page = tokio::select! {
            biased;
            () = self.app.stopping.cancelled() => return None,
            page = self.reader.wait() => Some(page),
            () = self.app.clock.deadline(BEAT) => None,
        };
        let may_go_on = self.may_go_on().await;
        match page {
            _ if !may_go_on => None,
            Some(Ok(page)) => Some(write(&page)),
            // Who comes again is told why, or goes on.
            Some(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a stream of events ended"
                );
                None
            }
            None => Some(self.beat()),
        }
    }

    async fn may_go_on(&self) -> bool {
        let caller = self.app.callers.know(&self.headers).await;
        caller.is_some_and(|caller| {
            caller.project == self.project && caller.check(Scope::Events).is_ok()
        })
    }

    /// A sign of life, which tells as well how far what is not wanted was passed by.
    fn beat(&self) -> String {
        match self.reader.after() {
            After::Position(position) => {
                format!(": \nid: {}\n\n", cursor_of(self.project, position))
            }
            After::Nothing | After::Latest => ": \n\n".to_owned(),
        }
    }
}

/// Events as they are sent. JSON of ours has no line breaks.
fn write(page: &Page) -> String {
    let mut text = String::new();
    for event in &page.events {
        let told = Told::of(event);
        let json = told.to_json();
        text.push_str("id: ");
        text.push_str(&told.cursor);
        text.push_str("\ndata: ");
        text.push_str(json.get());
        text.push_str("\n\n");
    }
    text
}
