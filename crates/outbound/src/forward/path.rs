//! The path of a call that is passed on: judged, and then sent as it was given.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// How often one thing may be encoded within another: nobody means more, and each is a round of work.
const MOST_ENCODINGS: usize = 5;

/// A path that leads to nothing but what lies below the place that it is put behind, whoever reads it:
/// RFC 3986 §5.2.4, WHATWG URL §4.4, and servers that decode twice, turn backslashes round or cut off
/// what follows a semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(String);

/// Why a path is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(&'static str);

impl Unfit {
    /// The reason, as the end of a sentence that begins with the path.
    #[must_use]
    pub fn reason(self) -> &'static str {
        self.0
    }
}

impl Path {
    /// The path `raw`, still encoded and without the slash before it.
    pub fn parse(raw: &str) -> Result<Self, Unfit> {
        let mut segments = raw.split('/').peekable();
        while let Some(segment) = segments.next() {
            // One slash at the end leaves nothing behind it, and is no matter.
            let is_inner = segments.peek().is_some() || raw.is_empty();
            if segment.is_empty() && is_inner {
                return Err(Unfit("must not have an empty segment (`//`)"));
            }
            judge(segment)?;
        }
        Ok(Self(raw.to_owned()))
    }

    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Judges a segment as it is written and as it reads when it is decoded, however often.
fn judge(segment: &str) -> Result<(), Unfit> {
    if !is_encoding_whole(segment) {
        return Err(Unfit("must have two hexadecimal digits after each `%`"));
    }
    let mut text = Cow::Borrowed(segment);
    for _ in 0..MOST_ENCODINGS {
        judge_text(&text)?;
        let decoded = percent_decode_str(&text).decode_utf8();
        let decoded = decoded.map_err(|_| Unfit("must be UTF-8"))?;
        if decoded == text {
            return Ok(());
        }
        text = Cow::Owned(decoded.into_owned());
    }
    Err(Unfit("must not be encoded so often"))
}

fn judge_text(text: &str) -> Result<(), Unfit> {
    if text.contains(char::is_control) {
        return Err(Unfit("must not have control characters"));
    }
    if text.contains(['/', '\\']) {
        return Err(Unfit("must not have encoded slashes, nor backslashes"));
    }
    let name = text.split(';').next().unwrap_or_default();
    if matches!(name.trim(), "." | "..") {
        return Err(Unfit("must not have `.` or `..` as a segment"));
    }
    Ok(())
}

fn is_encoding_whole(segment: &str) -> bool {
    let mut pieces = segment.split('%');
    pieces.next();
    pieces.all(|piece| {
        let digits = piece.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_lead_elsewhere_is_refused_however_it_is_written() {
        for raw in [
            "",
            "/",
            "/a",
            "a//b",
            "a//",
            "..",
            ".",
            "../a",
            "a/..",
            "a/../b",
            "a/./b",
            "%2e%2e/a",
            "a/%2E./b",
            "a/.%2e",
            "%252e%252e/a",
            "%25252e%25252e",
            "..;/a",
            "..;a=b/c",
            "%2e%2e%3b",
            "a/%20../b",
            "..%20/b",
            "a%2fb",
            "a%2Fb",
            "a%252Fb",
            "a\\b",
            "a%5cb",
            "..%5c..",
            "a%00b",
            "a%0d%0ab",
            "a%7fb",
            "a%250ab",
            "%c0%ae%c0%ae",
            "%ff",
            "a%",
            "a%2",
            "a%zz",
            "http://b/c",
            "https:%2f%2fb",
            "a%c2%85b",
        ] {
            assert!(Path::parse(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn what_stays_in_its_place_is_kept_as_it_is_written() {
        for raw in [
            "rest/api/3/issue/ED-1",
            "a/",
            "a%20b",
            "a+b",
            "a@b:c,d",
            "%E2%82%AC",
            "€",
            "...",
            "a..b",
            "..a",
            "a;v=1",
            "a%3Bb",
            "a%25b",
            "a%2520b",
            "a%3Fb",
            "a%23b",
            "~(a)!*'$&=",
            "http:/b",
        ] {
            assert_eq!(
                Path::parse(raw).map(|path| path.0),
                Ok(raw.to_owned()),
                "{raw}"
            );
        }
    }
}
