//! Where events are pushed to, and what waits there.

use juncture_views::event_endpoints::{
    EventAttempt, EventDeliveries, EventEndpoint, EventEndpointSecret, EventEndpoints, EventReplay,
    NewEventEndpoint,
};
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

use crate::answer::{self, Read};
use crate::error::Error;
use crate::transport::{Call, Does, Transport, parameters};

const PATH: &str = "/api/backend/event-endpoints";
const DELIVERIES: &str = "/api/backend/event-deliveries";

/// An endpoint that is to be made. What is `None` is not said.
#[derive(Clone, Default, Serialize)]
pub struct NewEndpoint {
    /// Where events are to be posted to.
    pub url: String,
    /// The types of events to take; all if it is absent.
    pub types: Option<Vec<String>>,
    /// The customers whose events to take, by your own ids; all if it is absent.
    pub external_ids: Option<Vec<String>>,
    /// `full` or `thin`.
    pub mode: Option<String>,
    /// `skip` or `hold`.
    pub on_exhausted: Option<String>,
    /// What is to sign: `whsec_…`. One is made if it is absent.
    pub secret: Option<String>,
}

/// Without the secret.
impl std::fmt::Debug for NewEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewEndpoint")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// What is to change of an endpoint. What is `None` stays.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EndpointChanges {
    /// Where events are to be posted to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The types of events to take; JSON's null for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Value>,
    /// The customers whose events to take; JSON's null for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_ids: Option<Value>,
    /// `full` or `thin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// `skip` or `hold`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_exhausted: Option<String>,
}

/// Which events are to be sent again; all that the endpoint takes, where nothing is said.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReplayEvents {
    /// Those that were recorded then or later; RFC 3339.
    pub after: Option<String>,
    /// Those that were recorded before then; RFC 3339.
    pub before: Option<String>,
    /// Those of this customer.
    pub external_id: Option<String>,
    /// These alone.
    pub event_ids: Option<Vec<String>>,
    /// Those that were given up alone.
    pub failed_only: Option<bool>,
}

/// Which deliveries.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListDeliveries {
    /// Those to this endpoint.
    pub endpoint_id: String,
    /// Those in this state: `waiting`, `failed` or `delivered`.
    pub state: String,
    /// How many at most: 1 to 200, and 50 if it is absent.
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Some of the endpoints.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EndpointPage {
    /// How many at most: 1 to 200, and 50 if it is absent.
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Event endpoints: where events are pushed to, signed, and in order.
#[derive(Clone, Debug)]
pub struct EventEndpointCalls<'a>(pub(crate) &'a Transport);

impl EventEndpointCalls<'_> {
    /// Makes an endpoint. Keep its secret: it is told once.
    pub async fn create(&self, new: &NewEndpoint) -> Result<NewEventEndpoint, Error> {
        let said = parameters(new)?;
        self.send(Method::POST, PATH, Does::Create, said, answer::json)
            .await
    }

    /// Some of the endpoints, each with how it fares.
    pub async fn list(&self, page: &EndpointPage) -> Result<EventEndpoints, Error> {
        let said = parameters(page)?;
        self.send(Method::GET, PATH, Does::Read, said, answer::json)
            .await
    }

    /// An endpoint, and how it fares.
    pub async fn get(&self, endpoint_id: &str) -> Result<EventEndpoint, Error> {
        let (path, said) = (of(endpoint_id), Map::new());
        self.send(Method::GET, &path, Does::Read, said, answer::json)
            .await
    }

    /// Changes what is given.
    pub async fn update(
        &self,
        endpoint_id: &str,
        changes: &EndpointChanges,
    ) -> Result<EventEndpoint, Error> {
        let (path, said) = (of(endpoint_id), parameters(changes)?);
        self.send(Method::PATCH, &path, Does::Write, said, answer::json)
            .await
    }

    /// Takes an endpoint away, and all that waits there.
    pub async fn delete(&self, endpoint_id: &str) -> Result<(), Error> {
        let (path, said) = (of(endpoint_id), Map::new());
        self.send(Method::DELETE, &path, Does::Write, said, answer::done)
            .await
    }

    /// Posts an `endpoint.test` there, at once, and tells what came of it.
    pub async fn test(&self, endpoint_id: &str) -> Result<EventAttempt, Error> {
        self.tell(endpoint_id, "test", &()).await
    }

    /// Sends nothing there until it is resumed.
    pub async fn pause(&self, endpoint_id: &str) -> Result<EventEndpoint, Error> {
        self.tell(endpoint_id, "pause", &()).await
    }

    /// Goes on where it was paused.
    pub async fn resume(&self, endpoint_id: &str) -> Result<EventEndpoint, Error> {
        self.tell(endpoint_id, "resume", &()).await
    }

    /// Gives it a new secret, or this one; the one before signs too for 24 hours.
    pub async fn rotate_secret(
        &self,
        endpoint_id: &str,
        secret: Option<&str>,
    ) -> Result<EventEndpointSecret, Error> {
        #[derive(Serialize)]
        struct Given<'a> {
            secret: Option<&'a str>,
        }
        self.tell(endpoint_id, "rotate-secret", &Given { secret })
            .await
    }

    /// Sends events there again.
    pub async fn replay(
        &self,
        endpoint_id: &str,
        which: &ReplayEvents,
    ) -> Result<EventReplay, Error> {
        self.tell(endpoint_id, "replay", which).await
    }

    /// What waits there, what was given up, or what has arrived.
    pub async fn deliveries(&self, which: &ListDeliveries) -> Result<EventDeliveries, Error> {
        let said = parameters(which)?;
        self.send(Method::GET, DELIVERIES, Does::Read, said, answer::json)
            .await
    }

    /// Sends the event of a delivery at once, or once more.
    pub async fn retry(&self, delivery_id: &str) -> Result<(), Error> {
        let id: String = byte_serialize(delivery_id.as_bytes()).collect();
        let (path, said) = (format!("{DELIVERIES}/{id}/retry"), Map::new());
        self.send(Method::POST, &path, Does::Write, said, answer::done)
            .await
    }

    async fn tell<T: DeserializeOwned>(
        &self,
        endpoint_id: &str,
        what: &str,
        said: &impl Serialize,
    ) -> Result<T, Error> {
        let path = format!("{}/{what}", of(endpoint_id));
        let said = parameters(said)?;
        self.send(Method::POST, &path, Does::Write, said, answer::json)
            .await
    }

    async fn send<T>(
        &self,
        method: Method,
        path: &str,
        does: Does,
        parameters: Map<String, Value>,
        read: Read<T>,
    ) -> Result<T, Error> {
        let call = Call {
            method,
            path,
            does,
            parameters,
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, read).await
    }
}

fn of(endpoint_id: &str) -> String {
    let id: String = byte_serialize(endpoint_id.as_bytes()).collect();
    format!("{PATH}/{id}")
}
