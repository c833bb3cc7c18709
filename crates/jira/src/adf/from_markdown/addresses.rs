//! Web addresses in plain text, as links: GitHub's extended autolinks
//! (<https://github.github.com/gfm/#autolinks-extension->), without those that have no scheme.

use serde_json::json;

use super::runs::Run;

/// The run in parts, of which each address is linked. Code and what is linked already stay whole.
pub(super) fn linked(run: Run) -> Vec<Run> {
    let is_link = run.marks.iter().any(|mark| mark["type"] == "link");
    if run.is_code || is_link {
        return vec![run];
    }
    let mut parts = Vec::new();
    let mut rest = run.text.as_str();
    let mut plain = 0;
    while let Some(start) = find(&rest[plain..]).map(|index| plain + index) {
        let is_inside_word = rest[..start].ends_with(char::is_alphanumeric);
        let address = if is_inside_word {
            ""
        } else {
            address(&rest[start..])
        };
        if address.is_empty() || address.ends_with("://") {
            plain = start + "http".len();
            continue;
        }
        let mut link = Run {
            text: address.to_owned(),
            ..run.clone()
        };
        let mark = json!({"type": "link", "attrs": {"href": address}});
        link.marks.insert(0, mark);
        parts.push(Run {
            text: rest[..start].to_owned(),
            ..run.clone()
        });
        parts.push(link);
        rest = &rest[start + address.len()..];
        plain = 0;
    }
    parts.push(Run {
        text: rest.to_owned(),
        ..run
    });
    parts.retain(|part| !part.text.is_empty());
    parts
}

fn find(text: &str) -> Option<usize> {
    let found = ["https://", "http://"].map(|scheme| text.find(scheme));
    found.into_iter().flatten().min()
}

/// The address that `text` begins with. Punctuation at its end belongs to the sentence, and so
/// does a bracket that was opened in front of it.
fn address(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c);
    let mut address = text.split(ends).next().unwrap_or_default();
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    while !address.ends_with("://") {
        if let Some(shorter) =
            address.strip_suffix(['?', '!', '.', ',', ';', ':', '*', '_', '~', '\''])
        {
            address = shorter;
        } else if let Some(shorter) = address.strip_suffix(')').filter(|_| closed > opened) {
            address = shorter;
            closed -= 1;
        } else {
            break;
        }
    }
    address
}
