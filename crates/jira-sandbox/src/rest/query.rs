//! What a query means to a caller, and how its mistakes are answered.

use axum::http::StatusCode;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::gateway::{Caller, Refusal, Sentence};
use crate::jql::{Asker, Query, Search, resolve};
use crate::options::JqlEpochMillis;
use crate::sandbox::State;

/// The caller as one who searches.
pub(super) fn asker<'a>(caller: &Caller, state: &'a State, includes_archived: bool) -> Asker<'a> {
    let zone = &state.world.people[caller.person].time_zone;
    Asker {
        site: &state.world.sites[caller.site],
        people: &state.world.people,
        person: caller.person,
        language: caller.name_language,
        zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
        now: state.clock.now(),
        includes_archived,
        reads_millis: state.switches.jql_epoch_millis == JqlEpochMillis::Accepted,
    }
}

/// The search that a query means; `None` where mistakes of meaning are not loud, and find nothing.
///
/// What is not simulated is refused either way: nobody here knows what Jira would find.
pub(super) fn find(
    caller: &Caller,
    state: &State,
    query: &Query,
    includes_archived: bool,
    is_loud: bool,
) -> Result<Option<Search>, Refusal> {
    let mistakes = match resolve(query, &asker(caller, state, includes_archived)) {
        Ok(search) => return Ok(Some(in_index(state, search))),
        Err(mistakes) => mistakes,
    };
    let is_millis = |sentence: &Sentence| match sentence {
        Sentence::BadDate { value, .. } => value.parse::<i64>().is_ok(),
        _ => false,
    };
    let is_loud = is_loud
        || state.switches.jql_epoch_millis == JqlEpochMillis::Refused
            && mistakes.iter().any(is_millis);
    let (gaps, others): (Vec<_>, Vec<_>) = mistakes
        .iter()
        .partition(|sentence| matches!(sentence, Sentence::NotSimulated(_)));
    let told = match (gaps.is_empty(), is_loud) {
        (false, _) => gaps,
        (true, true) => others,
        (true, false) => return Ok(None),
    };
    let told = told.iter().map(|sentence| sentence.say(caller.language));
    Err(Refusal::Messages(StatusCode::BAD_REQUEST, told.collect()))
}

/// The search as the index answers it, which may be behind.
fn in_index(state: &State, search: Search) -> Search {
    match state.switches.search_lag_seconds {
        0 => search,
        lag => search.indexed_until(state.clock.now() - SignedDuration::from_secs(lag.into())),
    }
}
