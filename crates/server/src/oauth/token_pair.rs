//! What a token endpoint gave, read by its dialect.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use juncture_clock::Clock;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use super::error::TokenError;
use super::profile::{Expiry, Profile};

/// The longest life that an access token is taken to have which can be refreshed, whatever its provider
/// says: nothing depends on a longer one, and a number that is none of seconds does no harm.
const LONGEST_LIFE: Duration = Duration::from_hours(24);

/// A life as long as this is none that ends: of a token that cannot be refreshed nothing may be cut off.
const NO_END: Duration = Duration::from_hours(24 * 3650);

/// How long a token is taken to live of which the answer does not say so, though it should.
const ASSUMED_LIFE: Duration = Duration::from_mins(5);

/// Where a refresh ends the old access token at once, no token is given out in the last minute of its
/// life: whoever was given it may use it for as long as was told, and the refresh still comes in time.
pub const MARGIN: Duration = Duration::from_mins(1);

/// What the token endpoint gave.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// For calls.
    pub access_token: SecretString,
    /// Until when it may be used, in the [steady](Clock::steady) time of this process, which nobody can
    /// set; none if it does not end by itself.
    pub ends: Option<Duration>,
    /// For the next refresh, if there can be one.
    pub refresh_token: Option<SecretString>,
    /// The scopes that were granted, by spaces, if the answer tells.
    pub scopes: Option<String>,
    /// What is told but once.
    pub kept: Kept,
}

impl TokenPair {
    /// Until when the access token may be used by the wall clock as it goes now, in whole milliseconds,
    /// as it is stored.
    #[must_use]
    pub fn expires_at(&self, clock: &dyn Clock) -> Option<Timestamp> {
        let left = self.ends?.saturating_sub(clock.steady());
        let expires_at = clock.now().saturating_add(left).ok();
        let expires_at =
            expires_at.and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok());
        Some(expires_at.unwrap_or(Timestamp::MAX))
    }

    /// Reads an answer that is no refusal. `asked` is when the call began, in steady time; `old` is the
    /// refresh token that was sent, which an answer without one leaves in force (RFC 6749 §6).
    pub(super) fn read(
        profile: &Profile,
        answer: &Answer,
        asked: Duration,
        old: Option<&SecretString>,
    ) -> Result<Self, TokenError> {
        if let Some(unread) = answer.unread() {
            return Err(TokenError::BadResponse(unread.to_string()));
        }
        let paths = &profile.paths;
        let access_token = answer.text(&paths.access_token);
        let access_token =
            access_token.ok_or_else(|| TokenError::bad_response("no access token"))?;
        let brought = answer.text(&paths.refresh_token).map(SecretString::from);
        let has_new = brought.is_some();
        let refresh_token = brought.or_else(|| old.cloned());
        let told = answer.at(&paths.expires_in).and_then(seconds);
        let life = life(profile, told, has_new)?;
        let life = life.and_then(|life| bounded(life, refresh_token.is_some()));
        let given_out = |life: Duration| {
            if profile.kills_old_access() {
                life.saturating_sub(MARGIN.min(life / 2))
            } else {
                life
            }
        };
        Ok(Self {
            access_token: access_token.into(),
            ends: life.map(|life| asked + given_out(life)),
            refresh_token,
            scopes: answer.at(&paths.scope).and_then(scopes),
            kept: Kept::of_answer(profile, answer),
        })
    }
}

/// How long the access token lives, if it ends.
fn life(
    profile: &Profile,
    told: Option<Duration>,
    has_refresh_token: bool,
) -> Result<Option<Duration>, TokenError> {
    match (told, profile.expiry) {
        (Some(life), _) | (None, Expiry::Assumed(life)) => Ok(Some(life)),
        (None, Expiry::Never) => Ok(None),
        (None, Expiry::Given) if has_refresh_token => {
            // The refresh token beside it may be the only one that works from now on.
            tracing::warn!(
                "the token endpoint tells no plausible lifetime of an access token; it is taken to live for five minutes"
            );
            Ok(Some(ASSUMED_LIFE))
        }
        (None, Expiry::Given) => Err(TokenError::bad_response(
            "an access token without a plausible lifetime",
        )),
    }
}

fn bounded(life: Duration, can_be_refreshed: bool) -> Option<Duration> {
    if can_be_refreshed {
        Some(life.min(LONGEST_LIFE))
    } else {
        (life < NO_END).then_some(life)
    }
}

/// A plausible number of seconds; text is seen too. Anything else says nothing, and is no reason to throw
/// away the tokens that stand beside it.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let longest = NO_END.as_secs_f64();
    (seconds >= 1.0).then(|| Duration::from_secs_f64(seconds.min(longest)))
}

/// Scopes by spaces, of a text that has spaces or commas, or of a list.
fn scopes(value: &Value) -> Option<String> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let words = texts.iter().flat_map(|text| {
        text.split([',', ' '])
            .map(str::trim)
            .filter(|word| !word.is_empty())
    });
    let words: Vec<&str> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What is kept of a grant beside its tokens, by name; some of it may be as good as a secret.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept(BTreeMap<String, Value>);

impl Kept {
    /// What the dialect keeps of a token answer.
    fn of_answer(profile: &Profile, answer: &Answer) -> Self {
        let kept = profile.keep.of_answer.iter();
        let kept = kept
            .filter_map(|(name, path)| Some((name.clone().into_owned(), answer.at(path)?.clone())));
        Self(kept.collect())
    }

    /// Keeps a text under a name.
    pub fn insert(&mut self, name: &str, text: &str) {
        self.0.insert(name.to_owned(), text.into());
    }

    /// Keeps what `newer` has too; of two of a name the newer one.
    pub fn extend(&mut self, newer: Self) {
        self.0.extend(newer.0);
    }

    /// What is kept under a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The names alone.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
