//! Addresses and mentions in plain text, as links and nodes.

use serde_json::json;

use super::super::addresses::{self, Kind};
use super::runs::Run;
use super::special;

/// The run in parts, of which each address is linked and each mention is one. Code and what is
/// linked already stay whole.
pub(super) fn linked(run: Run) -> Vec<Run> {
    let is_link = run.marks.iter().any(|mark| mark["type"] == "link");
    if run.is_code || run.node.is_some() || is_link {
        return vec![run];
    }
    let text = run.text.as_str();
    let part = |text: &str, href: Option<String>| {
        let link = href.map(|href| json!({"type": "link", "attrs": {"href": href}}));
        Run {
            text: text.to_owned(),
            marks: link.into_iter().chain(run.marks.iter().cloned()).collect(),
            is_code: false,
            node: None,
        }
    };
    let mut parts = Vec::new();
    // Up to where the text is in the parts.
    let mut taken = 0;
    while let Some((found, kind)) = addresses::first(text, taken..text.len()) {
        parts.extend((taken < found.start).then(|| part(&text[taken..found.start], None)));
        let words = &text[found.clone()];
        parts.push(match kind {
            Kind::Web => part(words, Some(words.to_owned())),
            Kind::Www => part(words, Some(format!("http://{words}"))),
            Kind::Mail => part(words, Some(format!("mailto:{words}"))),
            Kind::Mention => Run::of_node(special::mention(addresses::account_id(words), "")),
        });
        taken = found.end;
    }
    parts.extend((taken < text.len()).then(|| part(&text[taken..], None)));
    parts
}
