//! Addresses are found before emphasis, as GitHub finds them: `…/__tests__/a_test.js` is whole.
//!
//! The parser knows nothing of bare addresses. So what in them would be read as Markdown gets a
//! backslash, before the text is parsed for good. A first pass tells which parts of the text are
//! neither code nor links nor HTML.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::super::addresses::{self, Kind};

/// The same Markdown, whose bare addresses and mentions are text to the parser.
pub(super) fn shielded(markdown: &str, options: Options) -> Cow<'_, str> {
    if !may_hold_some(markdown) {
        return Cow::Borrowed(markdown);
    }
    let mut shielded = String::new();
    // Up to where the text is taken, and where the line ends.
    let (mut taken, mut line) = (0, 0);
    for range in plain(markdown, options) {
        line = if line < range.end {
            line_end(markdown, range.end)
        } else {
            line
        };
        let mut seen = range.start.max(taken);
        while seen < range.end
            && let Some((found, kind)) = addresses::first(&markdown[..line], seen..range.end)
        {
            seen = found.end;
            if kind == Kind::Mail {
                continue; // GitHub looks for these after emphasis
            }
            shielded.push_str(&markdown[taken..found.start]);
            push_text(&mut shielded, &markdown[found.clone()]);
            taken = found.end;
        }
    }
    if taken == 0 {
        return Cow::Borrowed(markdown);
    }
    shielded.push_str(&markdown[taken..]);
    Cow::Owned(shielded)
}

/// Whether there may be an address that markup stands in.
fn may_hold_some(markdown: &str) -> bool {
    let mut pairs = markdown.as_bytes().windows(3);
    pairs.any(|three| three == b"://" || three.eq_ignore_ascii_case(b"www") || three == b"[~a")
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..]
        .find(['\n', '\r'])
        .map_or(text.len(), |index| from + index)
}

/// Where the parser sees plain text, in order.
fn plain(markdown: &str, options: Options) -> Vec<Range<usize>> {
    let mut plain = Vec::new();
    // Links, pictures and code around.
    let mut around = 0_usize;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => around += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => around -= 1,
            Event::Text(_) if around == 0 => plain.push(range),
            _ => {}
        }
    }
    plain
}

/// The address with a backslash before what means something in Markdown. One that is there already
/// stays.
fn push_text(shielded: &mut String, address: &str) {
    let mut is_escaped = false;
    for c in address.chars() {
        if !is_escaped && "_*~[]!".contains(c) {
            shielded.push('\\');
        }
        is_escaped = c == '\\' && !is_escaped;
        shielded.push(c);
    }
}
