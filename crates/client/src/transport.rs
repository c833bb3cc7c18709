//! One call: its request, its tries, its end.

use std::fmt;
use std::pin::pin;

use futures_util::future::{BoxFuture, Either, select};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::answer::{Came, Read};
use crate::error::Error;
use crate::failure::{Again, Failure};
use crate::options::{self, Options};
use crate::retry::{Tried, pause_before};

/// What a call does, by which it may be tried again after its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// It changes nothing.
    Read,
    /// Of it nobody would know.
    Write,
    /// It does it once for its key.
    Create,
}

/// A call to be made.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) does: Does,
    /// What stands in the query of a GET or a DELETE, in the body of others.
    pub(crate) parameters: Map<String, Value>,
    pub(crate) idempotency_key: Option<&'a str>,
    /// Whether the secret key goes with it.
    pub(crate) needs_key: bool,
}

/// A server, and how it is called.
#[derive(Clone)]
pub(crate) struct Transport {
    pub(crate) base_url: String,
    pub(crate) authorization: HeaderValue,
    pub(crate) options: Options,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.base_url)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// Calls, and tries again where that can do no harm.
    pub(crate) async fn send<T>(&self, call: Call<'_>, read: Read<T>) -> Result<T, Error> {
        let key = match (call.does, call.idempotency_key) {
            (Does::Create, Some(key)) => Some(options::idempotency_key(key)?.to_owned()),
            (Does::Create, None) => Some(Uuid::new_v4().to_string()),
            (Does::Read | Does::Write, _) => None,
        };
        let clock = &*self.options.clock;
        let began = clock.steady();
        let mut deadline = clock.deadline(self.options.timeout);
        let (mut tried, mut is_in_doubt) = (Tried::default(), false);
        loop {
            let request = self.request(&call, key.as_deref());
            let failure = match self.attempt(request, &mut deadline).await {
                Ok(came) => match read(&came) {
                    Ok(answer) => return Ok(answer),
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            is_in_doubt = call.does != Does::Read
                && (failure.is_perhaps_done || (is_in_doubt && !failure.tells_of_earlier_ones()));
            let spent = clock.steady().saturating_sub(began);
            let left = self.options.timeout.saturating_sub(spent);
            let Some(pause) = pause_before(&failure, call.does, tried, &self.options, left) else {
                return Err(failure.into_error(is_in_doubt, key));
            };
            if failure.again == Again::Wait {
                tried.waited += 1;
            } else {
                tried.failed += 1;
            }
            clock.sleep(pause).await;
        }
    }

    async fn attempt(
        &self,
        request: RequestBuilder,
        deadline: &mut BoxFuture<'static, ()>,
    ) -> Result<Came, Failure> {
        let clock = &self.options.clock;
        let came = pin!(async move {
            let response = request.send().await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.bytes().await?.into();
            let at = clock.now();
            Ok::<_, reqwest::Error>(Came {
                status,
                headers,
                body,
                at,
            })
        });
        match select(came, deadline).await {
            Either::Left((came, _)) => came.map_err(Failure::of_network),
            Either::Right(((), _)) => Err(Failure::of_time(self.options.timeout)),
        }
    }

    fn request(&self, call: &Call<'_>, idempotency_key: Option<&str>) -> RequestBuilder {
        let url = format!("{}{}", self.base_url, call.path);
        let request = self.options.http.request(call.method.clone(), url);
        let mut request = request.header(ACCEPT, "application/json, text/plain;q=0.5");
        if call.needs_key {
            request = request.header(AUTHORIZATION, self.authorization.clone());
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if matches!(call.method, Method::GET | Method::DELETE) {
            request.query(&query(&call.parameters))
        } else {
            request.json(&call.parameters)
        }
    }
}

/// A query; what is a list is repeated, and what is null left out.
fn query(parameters: &Map<String, Value>) -> Vec<(&str, String)> {
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        let texts = values.iter().filter_map(|value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        });
        pairs.extend(texts.map(|text| (name.as_str(), text)));
    }
    pairs
}

/// The members of what a call takes.
pub(crate) fn parameters(takes: &impl Serialize) -> Result<Map<String, Value>, Error> {
    match serde_json::to_value(takes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(Value::Null) => Ok(Map::new()),
        _ => Err(Error::options("what is given cannot be written as JSON")),
    }
}
