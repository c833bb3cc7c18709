//! Keeps text from being read as Markdown.
//!
//! Only what would be read otherwise is escaped: `snake_case`, `a < b` and `5 - 3` stay as they are.

use super::super::addresses::{self, Kind};

/// `text` for use inside a line.
pub(super) fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    push_text(&mut escaped, text, 0..text.len());
    escaped
}

/// `text` for use inside a line, its bare web addresses as they are, since they are read before
/// anything in them is. What comes behind the text goes on with it, unless it `is_last` in its line.
pub(super) fn prose(text: &str, is_last: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut taken = 0;
    let mut seen = 0;
    while let Some((found, kind)) = addresses::first(text, seen..text.len()) {
        seen = found.end;
        let shown = &text[found.clone()];
        // Behind an address something must end it, or it would be read as longer than it is.
        let ends_here = is_last || text[found.end..].contains(addresses::ends);
        let written = match kind {
            Kind::Web | Kind::Www if ends_here && !shown.contains(['\\', '&']) => shown.to_owned(),
            Kind::Web if !ends_here => address(shown),
            Kind::Www if !ends_here => {
                format!(
                    "[{}]({})",
                    self::text(shown),
                    target(&format!("http://{shown}"))
                )
            }
            _ => continue,
        };
        push_text(&mut escaped, text, taken..found.start);
        escaped.push_str(&written);
        taken = found.end;
    }
    push_text(&mut escaped, text, taken..text.len());
    escaped
}

/// A part of a text.
fn push_text(escaped: &mut String, text: &str, part: std::ops::Range<usize>) {
    let mut before = text[..part.start].chars().next_back();
    let behind = text[part.end..].chars().next();
    let mut rest = text[part].chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next().or(behind);
        let is_markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '~' => true,
            // Inside a word GFM reads no emphasis from it.
            '_' => !(is_word(before) && is_word(next)),
            '<' => next.is_none_or(|next| next.is_ascii_alphabetic() || "/!?".contains(next)),
            '&' => starts_entity(rest.as_str()),
            // A link may follow, and would become a picture.
            '!' => next.is_none(),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// No entity has a longer name.
const MAX_ENTITY: usize = 32;

/// Whether what follows a `&` makes it an entity such as `&amp;` or `&#42;`.
fn starts_entity(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest).as_bytes();
    let letters = name
        .iter()
        .take(MAX_ENTITY)
        .take_while(|byte| byte.is_ascii_alphanumeric());
    let length = letters.count();
    length > 0 && name.get(length) == Some(&b';')
}

/// `words` for use behind a fence, where backslashes and entities alone mean something.
pub(super) fn info(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for (index, c) in words.char_indices() {
        if c == '\\' || (c == '&' && starts_entity(&words[index + 1..])) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A paragraph whose lines start no heading, list, quote, rule or table. Spaces at the ends of
/// lines mean nothing or the wrong thing in Markdown, and go.
pub(super) fn line_starts(paragraph: &str) -> String {
    let lines: Vec<String> = paragraph
        .lines()
        .map(|line| line.trim_matches([' ', '\t']))
        .filter(|line| !line.is_empty())
        .map(|line| match start_of_block(line) {
            Some(index) => format!("{}\\{}", &line[..index], &line[index..]),
            None => line.to_owned(),
        })
        .collect();
    lines.join("\n")
}

/// Where to put the backslash that keeps `line` from starting a block.
fn start_of_block(line: &str) -> Option<usize> {
    let ends_marker = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits)
        && let Some(rest) = line[digits..].strip_prefix(['.', ')'])
        && ends_marker(rest)
    {
        return Some(digits);
    }
    let is_block = match line.as_bytes()[0] {
        b'>' => true,
        b'#' => ends_marker(line.trim_start_matches('#')),
        b'-' | b'+' if ends_marker(&line[1..]) => true,
        // Underlines a heading, rules off, or divides a table's head from its body.
        b'-' | b'=' | b'|' | b':' => line.bytes().all(|b| b"-=|: \t".contains(&b)),
        _ => false,
    };
    is_block.then_some(0)
}

/// Text inside an HTML tag.
pub(super) fn html(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    one_line(&text)
}

/// A code span. Its fence is longer than any run of backticks inside.
pub(super) fn code(code: &str) -> String {
    let code = one_line(code);
    let fence = "`".repeat(longest_run(&code, '`') + 1);
    let touches_fence = code.starts_with('`') || code.ends_with('`');
    // One space at both ends is taken off again, unless there is nothing else.
    let is_trimmed = code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty();
    let pad = if touches_fence || is_trimmed { " " } else { "" };
    format!("{fence}{pad}{code}{pad}{fence}")
}

/// How often `c` stands in a row in `text` at most.
pub(super) fn longest_run(text: &str, c: char) -> usize {
    text.split(|other| other != c)
        .map(str::len)
        .max()
        .unwrap_or_default()
}

pub(super) fn one_line(text: &str) -> String {
    unix_lines(text).replace('\n', " ")
}

/// The text with one kind of line end. Markdown also takes a lone carriage return for one.
pub(super) fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The target of a link.
pub(super) fn target(url: &str) -> String {
    let mut target = String::with_capacity(url.len());
    let mut needs_brackets = url.is_empty();
    for (index, c) in url.char_indices() {
        match c {
            '<' => target.push_str("%3C"),
            '>' => target.push_str("%3E"),
            '\\' => target.push_str("%5C"),
            '\n' => target.push_str("%0A"),
            '\r' => target.push_str("%0D"),
            '&' if starts_entity(&url[index + 1..]) => target.push_str("&amp;"),
            other => {
                needs_brackets |=
                    other.is_whitespace() || other.is_control() || "()".contains(other);
                target.push(other);
            }
        }
    }
    if needs_brackets {
        format!("<{target}>")
    } else {
        target
    }
}

/// A link that shows its own address, where Markdown has the short form for it.
pub(super) fn address(url: &str) -> String {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = (2..=32).contains(&scheme.len())
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
    // A bar needs a backslash in a table, and in the short form a backslash is one of the address.
    let is_plain =
        !url.contains(|c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c));
    if is_scheme && is_plain {
        format!("<{url}>")
    } else {
        format!("[{}]({})", text(&one_line(url)), target(url))
    }
}
