//! Entity properties as requests write them and as answers list them, whatever they belong to.
//!
//! Their limits are those of "Set issue property" (REST v3).

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use url::Url;

use crate::gateway::{Caller, PropertySentence, Refusal, Sentence, json_answer};
use crate::world::Properties;

/// The longest key, in characters.
const KEY_LENGTH: usize = 255;
/// The longest value, in characters of its JSON.
const VALUE_LENGTH: usize = 32_768;

/// Reads the `properties` of a body. They are refused whole where one of them has another member
/// than `key` and `value`.
pub(super) fn read_list(caller: &Caller, value: Option<&Value>) -> Result<Properties, Refusal> {
    let refuse = || caller.bad_request(&Sentence::InvalidInput);
    let items = match value {
        None | Some(Value::Null) => return Ok(Properties::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(refuse()),
    };
    let read = |item: &Value| {
        let object = item.as_object()?;
        let is_known = object.keys().all(|key| key == "key" || key == "value");
        let key = object.get("key")?.as_str()?;
        let value = object.get("value")?;
        is_known.then(|| (key.to_owned(), value.clone()))
    };
    items
        .iter()
        .map(|item| read(item).ok_or_else(refuse))
        .collect()
}

/// Reads a body that is the value of a property: any JSON, and not nothing.
pub(super) fn read_value(caller: &Caller, key: &str, body: &[u8]) -> Result<Value, Refusal> {
    let refuse = |sentence: Sentence| Refusal::Unreadable(sentence.say(caller.language));
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(refuse(Sentence::EmptyBody));
    }
    let value = juncture_json::decode(body).map_err(|_| refuse(Sentence::BadJson))?;
    must_fit_one(caller, key, &value)?;
    Ok(value)
}

/// Refuses properties with a key or a value that is too long.
pub(super) fn must_fit(caller: &Caller, properties: &Properties) -> Result<(), Refusal> {
    let mut properties = properties.iter();
    properties.try_for_each(|(key, value)| must_fit_one(caller, key, value))
}

fn must_fit_one(caller: &Caller, key: &str, value: &Value) -> Result<(), Refusal> {
    let refuse = |sentence| Err(caller.bad_request(&Sentence::Property(sentence)));
    if !(1..=KEY_LENGTH).contains(&key.chars().count()) {
        return refuse(PropertySentence::BadKey(KEY_LENGTH));
    }
    if value.to_string().chars().count() > VALUE_LENGTH {
        return refuse(PropertySentence::LongValue {
            key: key.to_owned(),
            most: VALUE_LENGTH,
        });
    }
    Ok(())
}

/// The keys of the properties of the thing at this path.
pub(super) fn keys_answer(caller: &Caller, path: &str, properties: &Properties) -> Response {
    let link = caller.link(&format!("{path}/properties"));
    let keys = properties
        .keys()
        .map(|key| json!({"self": link_of(&link, key), "key": key}));
    json_answer(&json!({"keys": keys.collect::<Vec<_>>()}))
}

/// Where one property is. A key may have characters that a path must not.
fn link_of(properties: &str, key: &str) -> String {
    let encoded = Url::parse(properties).ok().and_then(|mut link| {
        link.path_segments_mut().ok()?.push(key);
        Some(link.to_string())
    });
    encoded.unwrap_or_else(|| format!("{properties}/{key}"))
}

/// One property, or the refusal of a key that none has.
pub(super) fn one_answer(
    caller: &Caller,
    properties: &Properties,
    key: &str,
) -> Result<Response, Refusal> {
    let value = properties.get(key);
    let value = value.ok_or_else(|| no_property(caller, key))?;
    Ok(json_answer(&json!({"key": key, "value": value})))
}

/// The answer to a property that was set.
pub(super) fn set_answer(is_new: bool) -> Response {
    if is_new {
        StatusCode::CREATED.into_response()
    } else {
        StatusCode::OK.into_response()
    }
}

/// The refusal of a key that no property has.
pub(super) fn no_property(caller: &Caller, key: &str) -> Refusal {
    let sentence = Sentence::Property(PropertySentence::Unknown(key.to_owned()));
    caller.refuse(StatusCode::NOT_FOUND, &sentence)
}
