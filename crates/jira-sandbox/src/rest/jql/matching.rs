//! `POST jql/match`: which of some issues each of some queries finds.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::gateway::{Answered, Caller, JqlSentence, Refusal, Sentence, json_answer};
use crate::jql;
use crate::rest::payload::Payload;
use crate::rest::query::find;
use crate::sandbox::State;

/// The most issues and queries of a call. That there are limits is documented, and not which.
const ISSUES: usize = 1_000;
const QUERIES: usize = 100;

/// Answers each query in its place. What cannot be read is an error of its query; what means nothing
/// matches nothing, without a word.
pub(in crate::rest) async fn match_issues(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let payload = Payload::read(&caller, &body, &["issueIds", "jqls"])?;
    payload.find("issueIds").ok_or_else(|| payload.bad())?;
    let issues = payload.numbers("issueIds")?;
    let Some(Value::Array(queries)) = payload.find("jqls") else {
        return Err(payload.bad());
    };
    if issues.len() > ISSUES || queries.len() > QUERIES {
        let sentence = Sentence::Jql(JqlSentence::TooManyToMatch);
        return Err(caller.bad_request(&sentence));
    }
    let state = caller.state();
    let matches: Result<Vec<Value>, Refusal> = queries
        .iter()
        .map(|query| {
            let query = query.as_str().ok_or_else(|| payload.bad())?;
            match_one(&caller, &state, query, &issues)
        })
        .collect();
    Ok(json_answer(&json!({"matches": matches?})))
}

fn match_one(caller: &Caller, state: &State, text: &str, issues: &[i64]) -> Result<Value, Refusal> {
    let failed = |sentence: &Sentence| {
        Ok(json!({"matchedIssues": [], "errors": [sentence.say(caller.language)]}))
    };
    let query = match jql::parse(text) {
        Ok(query) if query.clause.is_none() => return failed(&Sentence::UnboundedJql),
        Ok(query) => query,
        Err(sentence @ Sentence::NotSimulated(_)) => {
            return Err(caller.refuse(StatusCode::BAD_REQUEST, &sentence));
        }
        Err(sentence) => return failed(&sentence),
    };
    let site = &state.world.sites[caller.site];
    let search = find(caller, state, &query, false, false)?;
    let matched: Vec<i64> = issues
        .iter()
        .copied()
        .filter(|id| {
            let issue = u64::try_from(*id).ok().and_then(|id| site.issues.get(&id));
            let search = search.as_ref();
            issue.is_some_and(|issue| search.is_some_and(|search| search.finds(issue, site)))
        })
        .collect();
    Ok(json!({"matchedIssues": matched, "errors": []}))
}
