//! How handlers read their input: query strings, JSON bodies and path segments, with our refusals.
//!
//! Parameters arrive as [`Text`]: a string, or a number written as one. Whether a parameter is
//! required is the handler's business, which knows the documented sentence (see [`required`]).

use std::error::Error as StdError;

use axum::body::Bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody, FormRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use percent_encoding::percent_decode;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Value, json};

use crate::connection::ExternalId;
use crate::foreign;
use crate::web::error::Error;

/// The segments of the path that the route names.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let segments = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        segments.map(|path| Self(path.0)).map_err(|refused| {
            if let PathRejection::FailedToDeserializePathParams(refused) = &refused
                && let ErrorKind::InvalidUtf8InPathParam { key } = refused.kind()
            {
                return not_utf8(key);
            }
            Error::invalid_field("path", refused.body_text())
        })
    }
}

/// The query string of a GET.
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let query = parts.uri.query().unwrap_or_default();
        check_utf8(query.as_bytes())?;
        // axum notes where it is at each step, to tell of what is wrong: only what is wrong is worth that.
        serde_urlencoded::from_str(query).map(Self).or_else(|_| {
            let told = axum::extract::Query::<T>::try_from_uri(&parts.uri);
            let told = told.map(|query| Self(query.0));
            told.map_err(|refused| malformed_query(&refused.body_text()))
        })
    }
}

/// The JSON object in the body of a POST or PUT. No body at all reads as `{}`, so that the answer
/// names the missing fields.
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequest<S> for JsonBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let declared = media_type(request.headers());
        let bytes = read_body(request, state).await?;
        if bytes.is_empty() && declared.is_none() {
            return parse_json(b"{}").map(Self);
        }
        if !declared.is_some_and(|mime| is_json(&mime)) {
            return Err(Error::UnsupportedMediaType);
        }
        let parsed = foreign::convert(bytes.len(), move || parse_json(&bytes));
        parsed.await.map(Self)
    }
}

/// The form in the body of a POST, as browsers send it.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let bytes = read_body(Request::from_parts(parts.clone(), body), state).await?;
        check_utf8(&bytes)?;
        let checked = Request::from_parts(parts, bytes.into());
        let form = axum::Form::<T>::from_request(checked, state).await;
        form.map(|form| Self(form.0))
            .map_err(|refused| match refused {
                FormRejection::InvalidFormContentType(_) => Error::UnsupportedMediaType,
                refused => Error::Invalid {
                    error: "Malformed form".into(),
                    code: "malformed_form",
                    details: json!({"reason": refused.body_text()}),
                },
            })
    }
}

/// The parameters of a DELETE, which come as a JSON body or as a query string: some clients cannot
/// send the one, some not the other.
pub struct BodyOrQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequest<S> for BodyOrQuery<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let has_body = request.headers().contains_key(header::CONTENT_TYPE);
        if has_body {
            return JsonBody::from_request(request, state)
                .await
                .map(|JsonBody(body)| Self(body));
        }
        let (mut parts, _) = request.into_parts();
        let Query(query) = Query::from_request_parts(&mut parts, state).await?;
        Ok(Self(query))
    }
}

/// Reads a field that may be absent, `null` or a value, and keeps the three apart.
pub fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Makes sure that a query or a form is UTF-8 where it is decoded (WHATWG URL §5.1 would put U+FFFD
/// for what is not, so that one name stood for many).
fn check_utf8(encoded: &[u8]) -> Result<(), Error> {
    if encoded.is_ascii() && !encoded.contains(&b'%') {
        return Ok(());
    }
    let is_utf8 = |text: &[u8]| percent_decode(text).decode_utf8().is_ok();
    for pair in encoded.split(|&byte| byte == b'&') {
        if !is_utf8(pair) {
            let name = pair.split(|&byte| byte == b'=').next().unwrap_or_default();
            return Err(not_utf8(&percent_decode(name).decode_utf8_lossy()));
        }
    }
    Ok(())
}

pub(crate) fn not_utf8(field: &str) -> Error {
    Error::invalid_field(field, "must be UTF-8")
}

fn malformed_query(reason: &str) -> Error {
    Error::Invalid {
        error: "Malformed query string".into(),
        code: "malformed_query",
        details: json!({"reason": reason}),
    }
}

/// What may be wrong with a query string, whatever it is to hold.
pub(crate) fn query_refusals() -> Vec<Error> {
    let twice = "Failed to deserialize query string: duplicate field `external_id`";
    vec![malformed_query(twice), not_utf8("external_id")]
}

async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Error> {
    Bytes::from_request(request, state)
        .await
        .map_err(|refused| match refused {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Error::BodyTooLarge
            }
            refused => broken_body(&refused),
        })
}

/// The answer to a body that broke off, or did not come whole in time.
pub(crate) fn broken_body(cause: &(dyn StdError + 'static)) -> Error {
    if is_too_slow(cause) {
        return Error::unreadable(StatusCode::REQUEST_TIMEOUT);
    }
    broken_off()
}

/// The answer to a body that broke off.
pub(crate) fn broken_off() -> Error {
    Error::invalid("Request body could not be read", "unreadable_body")
}

/// The body of a request did not come whole in time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not come whole in time")]
pub struct TooSlow;

fn is_too_slow(refused: &(dyn StdError + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(refused), |&error| error.source());
    causes.any(<dyn StdError>::is::<TooSlow>)
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let malformed = |reason: String| Error::Invalid {
        error: "Malformed JSON".into(),
        code: "malformed_json",
        details: json!({"reason": reason}),
    };
    // Serde would read an array as an object's fields in order.
    let bare = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let first = bare.trim_ascii_start().first();
    if first.is_some_and(|first| *first != b'{') {
        return Err(malformed("the body must be a JSON object".to_owned()));
    }
    juncture_json::decode(bytes).map_err(|refused| malformed(refused.to_string()))
}

/// What may be wrong with a JSON body, whatever it is to hold.
pub(crate) fn body_refusals() -> Vec<Error> {
    let malformed = parse_json::<IgnoredAny>(b"[").expect_err("an array is no object");
    vec![
        malformed,
        broken_off(),
        Error::unreadable(StatusCode::REQUEST_TIMEOUT),
        Error::BodyTooLarge,
        Error::UnsupportedMediaType,
    ]
}

/// The media type that the request declares for its body.
#[must_use]
pub fn media_type(headers: &HeaderMap) -> Option<mime::Mime> {
    headers
        .get(header::CONTENT_TYPE)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn is_json(mime: &mime::Mime) -> bool {
    mime.subtype() == mime::JSON || mime.suffix() == Some(mime::JSON)
}

/// A parameter as callers send it: a string or a number; absent, `null` and `""` are the same.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Text {
    /// Not sent, `null`, or empty.
    #[default]
    Absent,
    /// A string, or an integer written in decimal.
    Given(String),
    /// A boolean, a fraction, an array or an object.
    Unusable,
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Self::Absent
        } else {
            Self::Given(text)
        }
    }
}

impl Text {
    /// The text of an optional parameter named `field`; 400 when it is no text.
    pub fn optional(&self, field: &'static str) -> Result<Option<&str>, Error> {
        match self {
            Self::Absent => Ok(None),
            Self::Given(text) => Ok(Some(text)),
            Self::Unusable => Err(Error::invalid_field(
                field,
                "must be a string or an integer",
            )),
        }
    }
}

/// The texts of required fields; if any is absent, 400 with the documented `missing` sentence.
pub fn required<'a, const N: usize>(
    missing: &'static str,
    fields: [(&'static str, &'a Text); N],
) -> Result<[&'a str; N], Error> {
    let absent: Vec<_> = fields
        .iter()
        .filter(|(_, text)| **text == Text::Absent)
        .map(|(name, _)| *name)
        .collect();
    if !absent.is_empty() {
        return Err(Error::missing(missing, &absent));
    }
    let mut texts = [""; N];
    for (text, (name, given)) in texts.iter_mut().zip(fields) {
        *text = given.optional(name)?.unwrap_or_default();
    }
    Ok(texts)
}

/// The caller's own id of a customer, as the parameter `external_id` gives it.
pub fn external_id(text: &str) -> Result<ExternalId, Error> {
    ExternalId::parse(text).map_err(|problem| Error::invalid_field("external_id", problem))
}

/// The answer to an external id that is none.
pub(crate) fn no_external_id() -> Error {
    external_id("").expect_err("an empty external id is none")
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or an integer")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(text.to_owned().into())
            }
            fn visit_string<E>(self, text: String) -> Result<Text, E> {
                Ok(text.into())
            }
            fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
                Ok(Text::Given(number.to_string()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
                Ok(Text::Given(number.to_string()))
            }
            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text::Absent)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
                Ok(Text::Unusable)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
                Ok(Text::Unusable)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text::Unusable)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Text, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text::Unusable)
            }
        }

        deserializer.deserialize_any(TextVisitor)
    }
}
