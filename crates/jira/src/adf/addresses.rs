//! Web and mail addresses in plain text, as GitHub's extended autolinks
//! (<https://github.github.com/gfm/#autolinks-extension->), and how people of Jira's wiki markup
//! name each other (`[~accountid:5b10…]`).
//!
//! Stricter than GitHub in where an address ends: no quotation mark, bar, backtick or closing
//! bracket without its opening one belongs to it, so that `[text|https://x.y]` and
//! `"https://x.y","z"` link what they mean.

use std::ops::Range;

/// What stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An address with `http://` or `https://`, which is its own target.
    Web,
    /// `www.` and more, whose target has `http://` in front.
    Www,
    /// `somebody@example.com`, whose target has `mailto:` in front.
    Mail,
    /// `[~accountid:5b10…]`.
    Mention,
}

/// What the wiki markup of a mention begins with.
pub(super) const MENTION: &str = "[~accountid:";

/// The first one that begins within `among`; it may end behind it. Looks at each byte a few times at
/// most, however many beginnings there are.
pub(super) fn first(text: &str, among: Range<usize>) -> Option<(Range<usize>, Kind)> {
    let bytes = text.as_bytes();
    let mut at = among.start;
    // What stands in front of `@` is looked at backwards; it is not looked at twice.
    let mut word = at;
    while at < among.end {
        let found = match bytes[at] {
            b'h' | b'H' => web(text, at),
            b'w' | b'W' => www(text, at),
            b'[' => mention(text, at),
            b'@' => mail(text, word, at),
            byte => {
                if !is_local(byte) && byte != b':' {
                    word = at + 1;
                }
                None
            }
        };
        if found.is_some() {
            return found;
        }
        if matches!(bytes[at], b'[' | b'@') {
            word = at + 1;
        }
        at += 1;
    }
    None
}

fn web(text: &str, at: usize) -> Option<(Range<usize>, Kind)> {
    let bytes = text.as_bytes();
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        (bytes.get(at..at + scheme.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    })?;
    if at > 0 && bytes[at - 1].is_ascii_alphabetic() {
        return None;
    }
    let rest = &text[at + scheme.len()..];
    is_host(host(rest)).then(|| (at..at + scheme.len() + length(rest), Kind::Web))
}

fn www(text: &str, at: usize) -> Option<(Range<usize>, Kind)> {
    let bytes = text.as_bytes();
    let start = bytes.get(at..at + 4)?;
    let is_begun = text[..at]
        .chars()
        .next_back()
        .is_none_or(|before| before.is_whitespace() || "*_~([|\"'>".contains(before));
    if !start.eq_ignore_ascii_case(b"www.") || !is_begun {
        return None;
    }
    let rest = &text[at..];
    let is_whole = is_host(host(&rest[4..]));
    is_whole.then(|| (at..at + length(rest), Kind::Www))
}

fn mention(text: &str, at: usize) -> Option<(Range<usize>, Kind)> {
    let id = text[at..].strip_prefix(MENTION)?;
    let length = id.bytes().take_while(|byte| is_account_id(*byte)).count();
    let is_whole = length > 0 && id.as_bytes().get(length) == Some(&b']');
    is_whole.then(|| (at..at + MENTION.len() + length + 1, Kind::Mention))
}

fn is_account_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b":-_.".contains(&byte)
}

/// The account that the wiki markup of a mention names.
pub(super) fn account_id(mention: &str) -> &str {
    mention.trim_start_matches(MENTION).trim_end_matches(']')
}

/// The mail address around the `@` at `at`, of which the part in front begins at `word` or behind it.
fn mail(text: &str, word: usize, at: usize) -> Option<(Range<usize>, Kind)> {
    let bytes = text.as_bytes();
    let local = bytes[word..at].iter().rev();
    let start = at - local.take_while(|byte| is_local(**byte)).count();
    let is_begun = start < at && (start == 0 || !bytes[start - 1].is_ascii_alphanumeric());
    let domain = &bytes[at + 1..];
    let is_domain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let mut length = domain.iter().take_while(|byte| is_domain(**byte)).count();
    while length > 0 && domain[length - 1] == b'.' {
        length -= 1;
    }
    let domain = &domain[..length];
    let is_whole = domain.contains(&b'.')
        && domain[0].is_ascii_alphanumeric()
        && domain[length - 1].is_ascii_alphanumeric()
        && !domain.windows(2).any(|pair| pair == b"..");
    (is_begun && is_whole).then(|| (start..at + 1 + length, Kind::Mail))
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_+".contains(&byte)
}

fn host(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c));
    &text[..end.unwrap_or(text.len())]
}

/// Whether a host may be one: GitHub takes no underscore in its last two parts.
fn is_host(host: &str) -> bool {
    let is_begun = host.starts_with(char::is_alphanumeric);
    is_begun && !host.rsplit('.').take(2).any(|part| part.contains('_'))
}

/// Whether an address cannot go on with this character.
pub(super) fn ends(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "<>\"|`".contains(c)
}

/// How long the address is that `text` begins with. Punctuation at its end belongs to the sentence,
/// and so does a bracket that was opened in front of it.
fn length(text: &str) -> usize {
    let mut end = text.len();
    let (mut square, mut opened, mut closed) = (0_usize, 0_usize, 0_usize);
    for (index, c) in text.char_indices() {
        if ends(c) || (c == ']' && square == 0) {
            end = index;
            break;
        }
        match c {
            '[' => square += 1,
            ']' => square -= 1,
            '(' => opened += 1,
            ')' => closed += 1,
            _ => {}
        }
    }
    let mut address = &text[..end];
    while let Some(last) = address.chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '\\' => {}
            // An entity is the sentence's, and so is a semicolon.
            ';' => {
                let name = address[..address.len() - 1]
                    .trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                let is_entity = name.len() + 1 < address.len() && name.ends_with('&');
                if is_entity {
                    address = &name[..name.len() - 1];
                    continue;
                }
            }
            ')' if closed > opened => closed -= 1,
            _ => break,
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}
