//! A text that is passed on as it is, though not as data of ours.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::{Error, judge, repair};

/// The text, if whoever is given it can make a tree of it: it is [fit](judge()), every number in it is
/// one, and what other programs get wrong without meaning it is put right.
pub fn readable(text: &str) -> Result<Cow<'_, str>, Error> {
    judge(text.as_bytes())?;
    let refused = match parse(text) {
        Err(refused) if refused.is_syntax() => refused,
        other => return Ok(other.map(|()| Cow::Borrowed(text))?),
    };
    let repaired = repair::repaired(text.as_bytes());
    let Some(repaired) = repaired.and_then(|repaired| String::from_utf8(repaired).ok()) else {
        return Err(refused.into());
    };
    judge(repaired.as_bytes())?;
    parse(&repaired)?;
    Ok(Cow::Owned(repaired))
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn parse(text: &str) -> serde_json::Result<()> {
    serde_json::from_str::<Looked>(text).map(drop)
}

/// Any JSON, of which nothing is kept. Unlike `IgnoredAny` it reads numbers, which may be too large
/// to be one (`1e999`), and strings.
struct Looked;

impl<'de> Deserialize<'de> for Looked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LookedVisitor)
    }
}

struct LookedVisitor;

impl<'de> Visitor<'de> for LookedVisitor {
    type Value = Looked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Looked, E> {
        Ok(Looked)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Looked, E> {
        Ok(Looked)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Looked, E> {
        Ok(Looked)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Looked, E> {
        Ok(Looked)
    }

    fn visit_str<E>(self, _: &str) -> Result<Looked, E> {
        Ok(Looked)
    }

    fn visit_unit<E>(self) -> Result<Looked, E> {
        Ok(Looked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Looked, A::Error> {
        while items.next_element::<Looked>()?.is_some() {}
        Ok(Looked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Looked, A::Error> {
        while members.next_key::<Looked>()?.is_some() {
            members.next_value::<Looked>()?;
        }
        Ok(Looked)
    }
}
