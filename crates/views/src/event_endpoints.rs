//! The shapes of where events are pushed to, and of what waits there.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

/// A URL that events are posted to, and how it fares.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventEndpoint))]
pub struct EventEndpoint {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(format = "uuid"))]
    pub id: String,
    /// Who made it: `api`, or `environment`, whose variables alone change it.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::Origin))]
    pub origin: String,
    /// Where events are posted to.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uri"))]
    pub url: Url,
    /// The types of events that it takes; null for all.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub types: Option<Vec<String>>,
    /// The customers whose events it takes, by your own ids; null for all. Events that are of no customer come as
    /// well.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub external_ids: Option<Vec<String>>,
    /// `full`: all that there is to tell. `thin`: what an event is about, and nothing of its contents.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::Mode))]
    pub mode: String,
    /// What becomes of an event that has failed for its whole schedule. `skip`: it is given up, and can be sent
    /// again. `hold`: the events of its subject wait until you retry it.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::OnExhausted))]
    pub on_exhausted: String,
    /// `active`; `slowed`: it fails as a whole, and is asked for one event at a time until one arrives; or `paused`:
    /// all waits.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::State))]
    pub state: String,
    /// Why it is paused: `requested`, `gone` (it has answered 410) or `exhausted` (it has failed for its whole
    /// schedule).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, value_type = schemas::Reason))]
    pub reason: Option<String>,
    /// When it is asked again, where it is slowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub next_attempt_at: Option<Timestamp>,
    /// Since when attempts fail, where none has succeeded since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failing_since: Option<Timestamp>,
    /// How the last attempt failed, where none has succeeded since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, value_type = schemas::Outcome))]
    pub last_failure: Option<String>,
    /// When an attempt last succeeded, to the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_success_at: Option<Timestamp>,
    /// How many events wait to be sent.
    pub waiting: i64,
    /// Of these, how many wait until you retry an event before them.
    pub held: i64,
    /// When the event that has waited the longest was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub oldest_waiting_at: Option<Timestamp>,
    /// How many events were given up, and did not arrive since.
    pub failed: i64,
    /// Until when the secret before the last rotation signs too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub old_secret_until: Option<Timestamp>,
    /// The last replay that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub replay: Option<EventReplay>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An endpoint that was just made, and its secret.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventNewEndpoint))]
pub struct NewEventEndpoint {
    /// The endpoint.
    #[serde(flatten)]
    pub about: EventEndpoint,
    /// What signs for it: it is told this once.
    pub secret: String,
}

/// Without the secret.
impl fmt::Debug for NewEventEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEventEndpoint")
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

/// A secret that signs from now on.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventEndpointSecret))]
pub struct EventEndpointSecret {
    /// The secret: it is told this once.
    pub secret: String,
    /// Until when the one before signs too.
    pub old_secret_until: Timestamp,
}

/// Without the secret.
impl fmt::Debug for EventEndpointSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventEndpointSecret")
            .field("old_secret_until", &self.old_secret_until)
            .finish_non_exhaustive()
    }
}

/// Some of the endpoints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventEndpointPage))]
pub struct EventEndpoints {
    /// In the order of their ids.
    pub data: Vec<EventEndpoint>,
    /// What to ask for the others with; null where there are none.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_cursor: Option<String>,
}

/// Events that are sent again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventReplay))]
pub struct EventReplay {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(format = "uuid"))]
    pub id: String,
    /// `queuing`: events are being looked for. `sending`: all are found, and some wait. `done`: none waits.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::ReplayState))]
    pub state: String,
    /// How many were found so far.
    pub queued: i64,
    /// How many wait to be sent again, of this replay and of others before it.
    pub waiting: i64,
    /// When it was asked for.
    pub requested_at: Timestamp,
}

/// An event on its way to an endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventDelivery))]
pub struct EventDelivery {
    /// Its id.
    pub id: String,
    /// The endpoint.
    #[cfg_attr(feature = "openapi", schema(format = "uuid"))]
    pub endpoint_id: String,
    /// The event: what the endpoint gets as `webhook-id`.
    #[cfg_attr(feature = "openapi", schema(format = "uuid"))]
    pub event_id: String,
    /// The type of the event. Absent where the event is no longer kept.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<String>,
    /// Your own id of the customer that the event is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub external_id: Option<String>,
    /// `waiting`, `failed` (it was given up) or `delivered`.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::DeliveryState))]
    pub state: String,
    /// Whether it is sent again because somebody has asked for it.
    pub is_replay: bool,
    /// The newest attempts, oldest first, as long as they are kept.
    pub attempts: Vec<EventAttempt>,
}

/// One request to an endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventAttempt))]
pub struct EventAttempt {
    /// When it began.
    pub at: Timestamp,
    /// What came of it, in a word.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::Outcome))]
    pub outcome: String,
    /// The status of the answer. Absent where none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// How the answer begins, at most 1,000 bytes; where none came, why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub excerpt: Option<String>,
}

/// Some of the deliveries.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventDeliveryPage))]
pub struct EventDeliveries {
    /// What waits in the order of its subjects, and of each in the order in which it is sent; what failed in the
    /// order of the feed; what was delivered, newest first.
    pub data: Vec<EventDelivery>,
    /// What to ask for the others with; null where there are none.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_cursor: Option<String>,
}

/// The schemas of what is a text here.
#[cfg(feature = "openapi")]
pub mod schemas {
    use crate::schema::schema;

    schema!(
        /// Who made an endpoint.
        Origin as "EventEndpointOrigin", one of super::ORIGINS
    );
    schema!(
        /// How much of an event is sent.
        Mode as "EventEndpointMode", one of super::MODES
    );
    schema!(
        /// What becomes of an event that has failed for its whole schedule.
        OnExhausted as "EventEndpointOnExhausted", one of super::ON_EXHAUSTED
    );
    schema!(
        /// How an endpoint fares.
        State as "EventEndpointState", one of super::STATES
    );
    schema!(
        /// Why an endpoint is paused.
        Reason as "EventEndpointReason", one of super::REASONS
    );
    schema!(
        /// How far a replay is.
        ReplayState as "EventReplayState", one of super::REPLAY_STATES
    );
    schema!(
        /// How far an event is on its way to an endpoint.
        DeliveryState as "EventDeliveryState", one of super::DELIVERY_STATES
    );
    schema!(
        /// What came of an attempt.
        Outcome as "EventAttemptOutcome", one of super::OUTCOMES
    );
}

/// Who makes endpoints.
pub const ORIGINS: [&str; 2] = ["api", "environment"];
/// How much of an event is sent.
pub const MODES: [&str; 2] = ["full", "thin"];
/// What becomes of an event that has failed for its whole schedule.
pub const ON_EXHAUSTED: [&str; 2] = ["skip", "hold"];
/// How an endpoint fares.
pub const STATES: [&str; 3] = ["active", "slowed", "paused"];
/// Why an endpoint is paused.
pub const REASONS: [&str; 3] = ["requested", "gone", "exhausted"];
/// How far a replay is.
pub const REPLAY_STATES: [&str; 3] = ["queuing", "sending", "done"];
/// How far an event is on its way.
pub const DELIVERY_STATES: [&str; 3] = ["waiting", "failed", "delivered"];
/// What comes of attempts: the event has arrived (2xx); the endpoint answers 410; 429, 502, 503 or 504; a redirect,
/// which is not followed; anything else; nothing in 15 seconds; it cannot be connected to; its name has no address;
/// its TLS is not in order; it is at an address that is not sent to; or the event cannot be read.
pub const OUTCOMES: [&str; 11] = [
    "delivered",
    "gone",
    "unavailable",
    "redirected",
    "refused",
    "timed_out",
    "unreachable",
    "unresolved",
    "tls",
    "blocked",
    "unreadable",
];
