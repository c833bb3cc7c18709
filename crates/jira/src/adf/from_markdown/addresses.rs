//! Web addresses in plain text, as links: GitHub's extended autolinks
//! (<https://github.github.com/gfm/#autolinks-extension->), without those that have no scheme.

use serde_json::json;

use super::runs::Run;

/// The run in parts, of which each address is linked. Code and what is linked already stay whole.
///
/// Each place of the text is looked at once or twice: it is foreign, and may hold nothing but
/// beginnings of addresses.
pub(super) fn linked(run: Run) -> Vec<Run> {
    let is_link = run.marks.iter().any(|mark| mark["type"] == "link");
    if run.is_code || is_link {
        return vec![run];
    }
    let part = |text: &str, href: Option<&str>| {
        let link = href.map(|href| json!({"type": "link", "attrs": {"href": href}}));
        Run {
            text: text.to_owned(),
            marks: link.into_iter().chain(run.marks.iter().cloned()).collect(),
            is_code: false,
        }
    };
    let text = run.text.as_str();
    let mut parts = Vec::new();
    // Up to where the text is in the parts, and up to where it has been looked at.
    let (mut taken, mut seen) = (0, 0);
    while let Some(start) = text[seen..].find("http").map(|index| seen + index) {
        seen = start + "http".len();
        let is_inside_word = text[..start].ends_with(char::is_alphanumeric);
        if is_inside_word || !begins_address(&text[seen..]) {
            continue;
        }
        let address = address(&text[start..]);
        seen = start + address.len();
        if address.ends_with("://") {
            continue;
        }
        parts.extend((taken < start).then(|| part(&text[taken..start], None)));
        parts.push(part(address, Some(address)));
        taken = seen;
    }
    parts.extend((taken < text.len()).then(|| part(&text[taken..], None)));
    parts
}

/// Whether what comes behind `http` makes it the scheme of an address.
fn begins_address(rest: &str) -> bool {
    rest.strip_prefix('s').unwrap_or(rest).starts_with("://")
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
