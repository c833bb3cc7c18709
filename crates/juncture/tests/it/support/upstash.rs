//! What Upstash's REST API does (<https://upstash.com/docs/redis/features/restapi>), over a map.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::loopback::Loopback;

pub(crate) const TOKEN: &str = "upstash-token-0123456789";

/// How it treats a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Answers,
    Hangs,
    Fails,
    TokenIsRevoked,
    IsBehindAnotherPage,
}

/// What it holds: values as text, with the lifetime in milliseconds that came with them.
type Held = BTreeMap<String, (String, i64)>;

/// The lifetime of what is no string.
const IS_A_LIST: i64 = -1;

#[derive(Clone)]
pub(crate) struct FakeUpstash {
    pub(crate) url: String,
    pub(crate) held: Arc<Mutex<Held>>,
    mood: Arc<Mutex<Mood>>,
}

impl FakeUpstash {
    pub(crate) async fn start() -> Self {
        let loopback = Loopback::bind().await;
        let upstash = Self {
            url: loopback.url.clone(),
            held: Arc::default(),
            mood: Arc::new(Mutex::new(Mood::Answers)),
        };
        let router = Router::new().fallback(answer).with_state(upstash.clone());
        loopback.serve(router);
        upstash
    }

    /// What a server needs to use it.
    pub(crate) fn variables(&self) -> [(&'static str, &str); 2] {
        [
            ("UPSTASH_REDIS_REST_URL", &self.url),
            ("UPSTASH_REDIS_REST_TOKEN", TOKEN),
        ]
    }

    /// Puts a list under this name.
    pub(crate) fn put_list(&self, name: &str) {
        let list = (String::new(), IS_A_LIST);
        self.held.lock().unwrap().insert(name.to_owned(), list);
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn run(&self, command: &[&str]) -> Result<Value, &'static str> {
        let mut held = self.held.lock().unwrap();
        match command {
            ["GET", key] => match held.get(*key) {
                Some((_, IS_A_LIST)) => {
                    Err("WRONGTYPE Operation against a key holding the wrong kind of value")
                }
                found => Ok(json!(found.map(|(value, _)| value))),
            },
            ["SET", key, value, "PX", lifetime] => {
                let lifetime = lifetime
                    .parse()
                    .map_err(|_| "ERR value is not an integer")?;
                held.insert((*key).to_owned(), ((*value).to_owned(), lifetime));
                Ok(json!("OK"))
            }
            _ => Err("ERR syntax error, command was: [...]"),
        }
    }
}

async fn answer(State(upstash): State<FakeUpstash>, headers: HeaderMap, body: String) -> Response {
    let mood = *upstash.mood.lock().unwrap();
    let is_allowed = headers
        .get("authorization")
        .is_some_and(|key| *key == format!("Bearer {TOKEN}").as_str());
    match mood {
        Mood::Hangs => std::future::pending().await,
        Mood::Fails => (StatusCode::INTERNAL_SERVER_ERROR, "").into_response(),
        Mood::IsBehindAnotherPage => "<html>please sign in</html>".into_response(),
        Mood::Answers if is_allowed => {
            let command: Vec<String> = juncture_json::decode(&body).unwrap();
            match upstash.run(&command.iter().map(String::as_str).collect::<Vec<_>>()) {
                Ok(result) => Json(json!({"result": result})).into_response(),
                Err(error) => {
                    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
                }
            }
        }
        Mood::Answers | Mood::TokenIsRevoked => (
            StatusCode::UNAUTHORIZED,
            Json(json!({"error": "Unauthorized"})),
        )
            .into_response(),
    }
}
