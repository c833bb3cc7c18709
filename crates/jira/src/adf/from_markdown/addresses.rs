//! Addresses and mentions in plain text, as links and nodes.

use serde_json::Value;

use super::super::addresses::{self, Kind};
use super::on::On;
use super::special;

/// Adds the run in parts, of which each address is linked and each mention is one. Code and what is
/// linked already stay whole.
pub(super) fn link(text: String, on: On<'_>, nodes: &mut Vec<Value>) {
    // Up to where the text is in the nodes.
    let mut taken = 0;
    if !on.is_code() && !on.is_link() {
        while let Some((found, kind)) = addresses::first(&text, taken..text.len()) {
            if taken < found.start {
                nodes.push(on.node(text[taken..found.start].to_owned()));
            }
            let words = text[found.clone()].to_owned();
            nodes.push(match kind {
                Kind::Web => on.node_to(words.clone(), words),
                Kind::Www => on.node_to(words.clone(), format!("http://{words}")),
                Kind::Mail => on.node_to(words.clone(), format!("mailto:{words}")),
                Kind::Mention => special::mention(addresses::account_id(&words), ""),
            });
            taken = found.end;
        }
    }
    if taken == 0 {
        nodes.push(on.node(text));
    } else if taken < text.len() {
        nodes.push(on.node(text[taken..].to_owned()));
    }
}
