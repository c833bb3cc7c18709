//! `GET jql/autocompletedata/suggestions`

use serde_json::{Value, json};

use crate::gateway::{Answered, Caller, JqlSentence, Parameters, Sentence, json_answer};
use crate::jql::{people, suggestions};
use crate::rest::query::asker;

/// The most that is suggested.
const MOST: usize = 15;

/// Suggests what may stand behind a field, or behind a predicate of `CHANGED`. The names are HTML,
/// with what was typed in bold.
pub(in crate::rest) async fn suggest(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let asker = asker(&caller, &state, false);
    let field = parameters.find("fieldName").unwrap_or_default();
    let (found, typed) = match (field, parameters.find("predicateName")) {
        ("", _) => {
            let sentence = JqlSentence::NoSuggestions(String::new());
            return Err(caller.bad_request(&Sentence::Jql(sentence)));
        }
        (field, None) => (suggestions(field, &asker), parameters.find("fieldValue")),
        (field, Some(predicate)) => {
            let found = match predicate.to_ascii_lowercase().as_str() {
                "by" => people(&asker),
                "from" | "to" => suggestions(field, &asker),
                _ => {
                    let sentence = JqlSentence::BadPredicate(predicate.to_owned());
                    return Err(caller.bad_request(&Sentence::Jql(sentence)));
                }
            };
            (found, parameters.find("predicateValue"))
        }
    };
    let typed = typed.unwrap_or_default().to_lowercase();
    let results: Vec<Value> = found
        .iter()
        .filter(|row| row.label.to_lowercase().contains(&typed))
        .take(MOST)
        .map(|row| json!({"value": row.value, "displayName": emphasised(&row.label, &typed)}))
        .collect();
    Ok(json_answer(&json!({"results": results})))
}

/// A text as HTML, with the first occurrence of some letters in bold.
pub(in crate::rest) fn emphasised(text: &str, typed: &str) -> String {
    let lower = text.to_lowercase();
    let place = lower.find(typed).filter(|_| !typed.is_empty());
    // Some letters are longer in lower case, and then nothing is bold.
    let parts = place.and_then(|start| {
        let end = start + typed.len();
        Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?))
    });
    match parts {
        Some((before, found, after)) => format!(
            "{}<b>{}</b>{}",
            escaped(before),
            escaped(found),
            escaped(after)
        ),
        None => escaped(text),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
