//! The token host: it takes what its manners say, and nothing else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

pub(super) const CLIENT_ID: &str = "client of ours";

use crate::support::loopback::Loopback;
pub(super) const CLIENT_SECRET: &str = "s3cret+/=";

/// How a host refuses.
#[derive(Clone, Copy)]
pub(super) enum Refuses {
    /// With a 400 and a word, as RFC 6749 has it.
    ByStatus,
    /// With a 200, a word and a description.
    InOk,
    /// With a 200 and `"ok": false` beside the word.
    InOkFalse,
}

/// What is told of the life of an access token.
#[derive(Clone)]
pub(super) enum Life {
    Absent,
    Told(Value),
}

/// What becomes of a refresh token that is used.
#[derive(Clone, Copy)]
pub(super) enum Rotation {
    /// There is none at all.
    NoRefreshTokens,
    /// The member is there, and it is null.
    NullRefreshToken,
    /// It lasts, and no answer to it has another one.
    Lasting,
    /// It ends, and another one comes.
    Rotating { kills_old_access: bool },
}

/// What a host takes and says.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a manner of its own")]
pub(super) struct Manners {
    pub(super) takes_json: bool,
    pub(super) wants_basic: bool,
    pub(super) wants_pkce: bool,
    pub(super) refresh_path: &'static str,
    pub(super) wants_redirect_uri: bool,
    pub(super) answers_forms: bool,
    pub(super) refuses: Refuses,
    pub(super) word_of_bad_code: &'static str,
    pub(super) word_of_dead_grant: &'static str,
    pub(super) life: Life,
    pub(super) rotation: Rotation,
    /// Below which member the tokens stand.
    pub(super) below: Option<&'static str>,
    pub(super) scope: Value,
    /// What else an answer has.
    pub(super) more: Value,
}

/// As RFC 6749 has it.
impl Default for Manners {
    fn default() -> Self {
        Self {
            takes_json: false,
            wants_basic: false,
            wants_pkce: false,
            refresh_path: "/token",
            wants_redirect_uri: false,
            answers_forms: false,
            refuses: Refuses::ByStatus,
            word_of_bad_code: "invalid_grant",
            word_of_dead_grant: "invalid_grant",
            life: Life::Told(json!(3600)),
            rotation: Rotation::Rotating {
                kills_old_access: false,
            },
            below: None,
            scope: json!("read write"),
            more: json!({}),
        }
    }
}

/// A request that came.
#[derive(Clone)]
pub(super) struct Came {
    pub(super) path: String,
    pub(super) fields: BTreeMap<String, String>,
    pub(super) accept: String,
    pub(super) is_basic: bool,
}

/// What a consent has bound its code to.
struct Consent {
    challenge: Option<String>,
    redirect_uri: String,
}

#[derive(Default)]
struct World {
    codes: BTreeMap<String, Consent>,
    access: BTreeSet<String>,
    refresh: BTreeMap<String, String>,
    came: Vec<Came>,
    revoked: Vec<String>,
    made: u32,
    /// What the next requests are answered instead, and whether they are acted on all the same.
    instead: VecDeque<(StatusCode, bool)>,
}

#[derive(Clone)]
pub(super) struct Host {
    pub(super) url: Url,
    manners: Manners,
    world: Arc<Mutex<World>>,
}

impl Host {
    pub(super) async fn start(manners: Manners) -> Self {
        let loopback = Loopback::bind().await;
        let host = Self {
            url: loopback.url.parse().unwrap(),
            manners,
            world: Arc::default(),
        };
        let router = Router::new().fallback(serve).with_state(host.clone());
        loopback.serve(router);
        host
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Somebody consents: the code that goes back with their browser.
    pub(super) fn consent(&self, page: &Url) -> String {
        let asked: BTreeMap<String, String> = page.query_pairs().into_owned().collect();
        assert_eq!(asked["client_id"], CLIENT_ID);
        assert_eq!(asked["response_type"], "code");
        assert_eq!(
            asked.contains_key("code_challenge"),
            self.manners.wants_pkce
        );
        let mut world = self.world();
        world.made += 1;
        let code = format!("code-{}", world.made);
        let consent = Consent {
            challenge: asked.get("code_challenge").cloned(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        world.codes.insert(code.clone(), consent);
        code
    }

    /// The token requests that came.
    pub(super) fn came(&self) -> Vec<Came> {
        self.world().came.clone()
    }

    /// What was given back.
    pub(super) fn revoked(&self) -> Vec<String> {
        self.world().revoked.clone()
    }

    /// Whether calls with this token are answered.
    pub(super) fn takes(&self, access_token: &str) -> bool {
        self.world().access.contains(access_token)
    }

    /// The customer takes all back.
    pub(super) fn end_all(&self) {
        let mut world = self.world();
        world.access.clear();
        world.refresh.clear();
    }

    /// The next token request is answered so, and acted on if `acts`.
    pub(super) fn answer_once(&self, status: StatusCode, acts: bool) {
        self.world().instead.push_back((status, acts));
    }

    fn refuse(&self, word: &str) -> Response {
        let (status, body) = match self.manners.refuses {
            Refuses::ByStatus => (StatusCode::BAD_REQUEST, json!({"error": word})),
            Refuses::InOk => (
                StatusCode::OK,
                json!({"error": word, "error_description": "It is wrong."}),
            ),
            Refuses::InOkFalse => (StatusCode::OK, json!({"ok": false, "error": word})),
        };
        self.write(status, &body)
    }

    fn write(&self, status: StatusCode, body: &Value) -> Response {
        if !self.manners.answers_forms {
            return (status, axum::Json(body)).into_response();
        }
        let members = body.as_object().unwrap().iter();
        let members = members.map(|(name, value)| {
            let text = value.as_str().map(str::to_owned);
            (name, text.unwrap_or_else(|| value.to_string()))
        });
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(members)
            .finish();
        let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        (status, headers, form).into_response()
    }

    /// The fields of a request, if it came in the way that is taken.
    fn read(&self, headers: &HeaderMap, body: &[u8]) -> Option<BTreeMap<String, String>> {
        let declared = headers.get(header::CONTENT_TYPE)?.to_str().unwrap();
        if self.manners.takes_json {
            let is_json = declared.starts_with("application/json");
            return is_json.then(|| juncture_json::decode(body).unwrap());
        }
        let is_form = declared.starts_with("application/x-www-form-urlencoded");
        is_form.then(|| form_urlencoded::parse(body).into_owned().collect())
    }

    /// Whether it is the client that it says it is, in the one way that is taken.
    fn knows(&self, headers: &HeaderMap, fields: &BTreeMap<String, String>) -> bool {
        let in_body = ["client_id", "client_secret"].map(|name| fields.get(name));
        let basic = headers.get(header::AUTHORIZATION);
        if !self.manners.wants_basic {
            let known = [CLIENT_ID, CLIENT_SECRET].map(str::to_owned);
            return basic.is_none() && in_body == [Some(&known[0]), Some(&known[1])];
        }
        // RFC 6749 §2.3.1: both parts are encoded as in a form.
        let part =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let whole = format!("{}:{}", part(CLIENT_ID), part(CLIENT_SECRET));
        let whole = format!("Basic {}", STANDARD.encode(whole));
        in_body == [None, None] && basic.is_some_and(|basic| basic.as_bytes() == whole.as_bytes())
    }

    fn exchange(&self, fields: &BTreeMap<String, String>) -> Response {
        let mut world = self.world();
        let consent = world.codes.remove(&fields["code"]);
        let is_good = consent.is_some_and(|consent| {
            let verifier = fields.get("code_verifier");
            let hash = verifier.map(|verifier| {
                let hash = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
                URL_SAFE_NO_PAD.encode(hash)
            });
            consent.challenge == hash && fields.get("redirect_uri") == Some(&consent.redirect_uri)
        });
        if !is_good {
            drop(world);
            return self.refuse(self.manners.word_of_bad_code);
        }
        let tokens = self.mint(&mut world);
        drop(world);
        self.write(StatusCode::OK, &tokens)
    }

    fn refresh(&self, fields: &BTreeMap<String, String>) -> Response {
        let wants_redirect_uri = self.manners.wants_redirect_uri;
        if wants_redirect_uri && !fields.contains_key("redirect_uri") {
            return self.refuse(self.manners.word_of_dead_grant);
        }
        let mut world = self.world();
        let sent = &fields["refresh_token"];
        let Some(access) = world.refresh.get(sent).cloned() else {
            drop(world);
            return self.refuse(self.manners.word_of_dead_grant);
        };
        if let Rotation::Rotating { kills_old_access } = self.manners.rotation {
            world.refresh.remove(sent);
            if kills_old_access {
                world.access.remove(&access);
            }
        }
        let mut tokens = self.mint(&mut world);
        if let Rotation::Lasting = self.manners.rotation {
            let place = match self.manners.below {
                Some(below) => &mut tokens[below],
                None => &mut tokens,
            };
            place.as_object_mut().unwrap().remove("refresh_token");
        }
        drop(world);
        self.write(StatusCode::OK, &tokens)
    }

    /// New tokens, as an answer has them.
    fn mint(&self, world: &mut World) -> Value {
        let manners = &self.manners;
        world.made += 1;
        let (access, refresh) = (
            format!("access-{}", world.made),
            format!("refresh-{}", world.made),
        );
        world.access.insert(access.clone());
        let mut tokens = Map::new();
        tokens.insert("access_token".to_owned(), json!(access));
        tokens.insert("token_type".to_owned(), json!("bearer"));
        match manners.rotation {
            Rotation::NoRefreshTokens => {}
            Rotation::NullRefreshToken => {
                tokens.insert("refresh_token".to_owned(), Value::Null);
            }
            Rotation::Lasting | Rotation::Rotating { .. } => {
                tokens.insert("refresh_token".to_owned(), json!(refresh));
                world.refresh.insert(refresh, access);
            }
        }
        if let Life::Told(life) = &manners.life {
            tokens.insert("expires_in".to_owned(), life.clone());
        }
        tokens.insert("scope".to_owned(), manners.scope.clone());
        let mut answer = match manners.below {
            Some(below) => json!({"ok": true, below: tokens}),
            None => Value::Object(tokens),
        };
        let more = manners.more.as_object().unwrap().clone();
        answer.as_object_mut().unwrap().extend(more);
        answer
    }
}

async fn serve(
    State(host): State<Host>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path();
    if path == "/revoke" {
        let fields: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
        host.world().revoked.push(fields["token"].clone());
        return StatusCode::OK.into_response();
    }
    assert_eq!(method, Method::POST, "{uri}");
    let instead = host.world().instead.pop_front();
    match instead {
        None => host.answer(path, &headers, &body),
        Some((status, true)) => {
            host.answer(path, &headers, &body);
            status.into_response()
        }
        Some((status, false)) => {
            host.note(path, &headers, &body);
            status.into_response()
        }
    }
}

impl Host {
    fn note(&self, path: &str, headers: &HeaderMap, body: &[u8]) {
        let accept = headers.get(header::ACCEPT);
        let accept = accept.map_or("", |accept| accept.to_str().unwrap());
        let came = Came {
            path: path.to_owned(),
            fields: self.read(headers, body).unwrap_or_default(),
            accept: accept.to_owned(),
            is_basic: headers.contains_key(header::AUTHORIZATION),
        };
        self.world().came.push(came);
    }

    fn answer(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Response {
        self.note(path, headers, body);
        let Some(fields) = self.read(headers, body) else {
            return self.refuse("invalid_request");
        };
        if !self.knows(headers, &fields) {
            return self.refuse("invalid_client");
        }
        match fields["grant_type"].as_str() {
            "authorization_code" if path == "/token" => self.exchange(&fields),
            "refresh_token" if path == self.manners.refresh_path => self.refresh(&fields),
            _ => self.refuse("invalid_request"),
        }
    }
}
