//! A request to Juncture, before it is sent.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

/// A request, before it is sent.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) parameters: Vec<(&'static str, Value)>,
    /// Whether it carries the secret key.
    pub(crate) needs_secret: bool,
    /// What makes it count once, however often it is sent.
    pub(crate) idempotency_key: Option<String>,
}

impl Request {
    /// A GET with parameters in the query.
    pub(crate) fn get(path: &'static str, parameters: &[(&'static str, &str)]) -> Self {
        Self::new(Method::GET, path, parameters)
    }

    /// A POST with parameters in a JSON body.
    pub(crate) fn post(path: &'static str, parameters: &[(&'static str, &str)]) -> Self {
        Self::new(Method::POST, path, parameters)
    }

    fn new(method: Method, path: &'static str, parameters: &[(&'static str, &str)]) -> Self {
        let owned = parameters
            .iter()
            .map(|(name, value)| (*name, Value::from(*value)));
        Self {
            method,
            path,
            parameters: owned.collect(),
            needs_secret: true,
            idempotency_key: None,
        }
    }

    /// With this parameter, where there is a value.
    pub(crate) fn with_some(mut self, name: &'static str, value: Option<Value>) -> Self {
        self.parameters.extend(value.map(|value| (name, value)));
        self
    }

    /// With an `Idempotency-Key`.
    pub(crate) fn once(self, key: &str) -> Self {
        Self {
            idempotency_key: Some(key.to_owned()),
            ..self
        }
    }

    /// For the frontend API, which is open to browsers and takes no secret.
    pub(crate) fn without_secret(self) -> Self {
        Self {
            needs_secret: false,
            ..self
        }
    }

    /// The parameters as a JSON object.
    pub(crate) fn body(&self) -> Value {
        let fields = self
            .parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        Value::Object(fields.collect::<Map<_, _>>())
    }

    /// The parameters as a query has them; those of a GET are texts.
    pub(crate) fn query<'a>(&'a self) -> Vec<(&'static str, &'a str)> {
        let text = |(name, value): &'a (&'static str, Value)| Some((*name, value.as_str()?));
        self.parameters.iter().filter_map(text).collect()
    }

    /// Whether the parameters stand in the query.
    pub(crate) fn is_get(&self) -> bool {
        self.method == Method::GET
    }

    fn target(&self) -> String {
        if !self.is_get() {
            return self.path.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.query())
            .finish();
        format!("{}?{query}", self.path)
    }

    /// The request as HTTP/1.1 writes it, its secret masked.
    pub(super) fn to_http(&self, juncture: &Url) -> String {
        let mut text = format!("{} {} HTTP/1.1\n", self.method, self.target());
        let authority = juncture.authority();
        let _ = writeln!(text, "Host: {authority}");
        if self.needs_secret {
            text.push_str("Authorization: Bearer ••••••••\n");
        }
        if let Some(key) = &self.idempotency_key {
            let _ = writeln!(text, "Idempotency-Key: {key}");
        }
        if !self.is_get() {
            let _ = write!(text, "Content-Type: application/json\n\n{:#}", self.body());
        }
        text.trim_end().to_owned()
    }
}
