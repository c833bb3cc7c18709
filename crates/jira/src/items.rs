//! The issues in an answer, each read as soon as it has come.
//!
//! A page of issues is megabytes of text, of which a fraction is kept. So no such answer is held whole:
//! its text is taken apart as it arrives, each issue becomes what is made of it, and its text is gone.
//! Issues are told apart by quotes and brackets alone; whether one is JSON is found where it is read.
//! What stands around them is kept, and read when the answer is whole.

use std::mem;
use std::sync::Arc;

use serde::de::Error as _;

/// The member that holds them.
const LIST: &[u8] = br#""issues""#;

/// More issues than Jira gives in any answer.
pub(crate) const MOST_ITEMS: usize = 5_000;

/// How the text of an issue is read.
pub(crate) type ReadItem<R> =
    Arc<dyn Fn(&[u8]) -> Result<R, juncture_json::Error> + Send + Sync + 'static>;

/// The issues of an answer that is on its way.
pub(crate) struct Items<R> {
    read: ReadItem<R>,
    splitter: Splitter,
    found: Vec<R>,
}

impl<R> Items<R> {
    pub(crate) fn new(read: &ReadItem<R>) -> Self {
        Self {
            read: Arc::clone(read),
            splitter: Splitter::default(),
            found: Vec::new(),
        }
    }

    /// Takes the next pieces of the text, and reads the issues that have come with them.
    pub(crate) fn feed(
        mut self,
        pieces: Vec<impl AsRef<[u8]>>,
    ) -> Result<Self, juncture_json::Error> {
        let (read, found) = (&self.read, &mut self.found);
        for piece in pieces {
            self.splitter.feed(piece.as_ref(), |text| {
                if found.len() == MOST_ITEMS {
                    let too_many = serde_json::Error::custom("more issues than Jira gives");
                    return Err(juncture_json::Error::from(too_many));
                }
                found.push(read(text)?);
                Ok(())
            })?;
        }
        Ok(self)
    }

    /// What stands around the issues, and they.
    pub(crate) fn end(self) -> (Vec<u8>, Vec<R>) {
        (self.splitter.end(), self.found)
    }
}

/// Takes the text of an object apart into the items of its list and what stands around them.
#[derive(Default)]
struct Splitter {
    around: Vec<u8>,
    /// The beginning of an item that has not come whole.
    begun: Vec<u8>,
    /// How many brackets are open, that of the list not counted.
    depth: usize,
    string: InString,
    is_in_list: bool,
    /// Whether an item must come.
    is_owed: bool,
}

#[derive(Clone, Copy, Default)]
enum InString {
    #[default]
    No,
    Yes,
    /// Behind a backslash.
    Escaped,
}

impl Splitter {
    fn feed<E>(
        &mut self,
        piece: &[u8],
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        // From here on nothing of the piece is kept yet.
        let mut start = 0;
        for (at, byte) in piece.iter().enumerate() {
            match (self.string, byte) {
                (InString::Yes, b'\\') => self.string = InString::Escaped,
                (InString::Yes, b'"') => self.string = InString::No,
                (InString::Escaped, _) | (InString::No, b'"') => self.string = InString::Yes,
                (InString::No, b'[') if self.depth == 1 && !self.is_in_list => {
                    self.around.extend_from_slice(&piece[start..=at]);
                    start = at + 1;
                    self.is_in_list = self.is_behind_name();
                    self.depth += usize::from(!self.is_in_list);
                }
                (InString::No, b'[' | b'{') => self.depth += 1,
                (InString::No, b',') if self.depth == 1 && self.is_in_list => {
                    self.pass(&piece[start..at], &mut take)?;
                    start = at + 1;
                    self.is_owed = true;
                }
                (InString::No, b']' | b'}') if self.depth == 1 && self.is_in_list => {
                    let rest = &piece[start..at];
                    let is_blank = |text: &[u8]| text.trim_ascii().is_empty();
                    if self.is_owed || !is_blank(&self.begun) || !is_blank(rest) {
                        self.pass(rest, &mut take)?;
                    }
                    self.begun.clear();
                    start = at;
                    (self.is_in_list, self.is_owed) = (false, false);
                }
                (InString::No, b']' | b'}') => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        let kept = if self.is_in_list {
            &mut self.begun
        } else {
            &mut self.around
        };
        kept.extend_from_slice(&piece[start..]);
        Ok(())
    }

    /// Whether the bracket that has just come opens the list.
    fn is_behind_name(&self) -> bool {
        let before = self.around.strip_suffix(b"[").map(<[u8]>::trim_ascii_end);
        let name = before.and_then(|before| before.strip_suffix(b":"));
        let before = name.and_then(|name| name.trim_ascii_end().strip_suffix(LIST));
        // Otherwise its first quote is one within a longer name.
        before.is_some_and(|before| !before.ends_with(b"\\"))
    }

    fn pass<E>(
        &mut self,
        rest: &[u8],
        take: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.begun.is_empty() {
            return take(rest);
        }
        let mut item = mem::take(&mut self.begun);
        item.extend_from_slice(rest);
        take(&item)
    }

    /// What stands around the items. Where the text ends within one it is no JSON.
    fn end(mut self) -> Vec<u8> {
        self.around.append(&mut self.begun);
        self.around
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items of a text that comes in pieces of this size, and what is around them.
    fn split(text: &str, size: usize) -> (Vec<String>, String) {
        let mut splitter = Splitter::default();
        let mut items = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            let taken: Result<(), ()> = splitter.feed(piece, |item| {
                items.push(String::from_utf8(item.to_vec()).unwrap());
                Ok(())
            });
            taken.unwrap();
        }
        (items, String::from_utf8(splitter.end()).unwrap())
    }

    #[test]
    fn items_are_told_apart_wherever_the_text_is_cut() {
        let cases: [(&str, &[&str], &str); 16] = [
            (r#"{"issues":[]}"#, &[], r#"{"issues":[]}"#),
            (
                r#"{"issues": [ ] , "a":[1,{}]}"#,
                &[],
                r#"{"issues": [] , "a":[1,{}]}"#,
            ),
            (
                r#"{"a":{"issues":[1]},"issues" : [{"b":[1,"]"]}, 2 ,"x,\"]"],"isLast":true}"#,
                &[r#"{"b":[1,"]"]}"#, " 2 ", r#""x,\"]""#],
                r#"{"a":{"issues":[1]},"issues" : [],"isLast":true}"#,
            ),
            (
                "\u{feff}{\"issues\":[1]}",
                &["1"],
                "\u{feff}{\"issues\":[]}",
            ),
            // Not the list: another name, another place, another type.
            (r#"{"x\"issues":[1,2]}"#, &[], r#"{"x\"issues":[1,2]}"#),
            (r#"{"\u0069ssues":[1,2]}"#, &[], r#"{"\u0069ssues":[1,2]}"#),
            (r#"["issues",[1]]"#, &[], r#"["issues",[1]]"#),
            (
                r#"{"issues":null,"x":["issues"]}"#,
                &[],
                r#"{"issues":null,"x":["issues"]}"#,
            ),
            (
                r#"<p title="issues">[1]</p>"#,
                &[],
                r#"<p title="issues">[1]</p>"#,
            ),
            // No JSON: found where the items are read, or what is around them.
            (r#"{"issues":[1,]}"#, &["1", ""], r#"{"issues":[]}"#),
            (r#"{"issues":[,1]}"#, &["", "1"], r#"{"issues":[]}"#),
            (
                r#"{"issues":[{"a":1],2]}"#,
                &[r#"{"a":1]"#, "2"],
                r#"{"issues":[]}"#,
            ),
            (r#"{"issues":[1}"#, &["1"], r#"{"issues":[}"#),
            (r#"{"issues":[1,{"a":"#, &["1"], r#"{"issues":[{"a":"#),
            (r#"{"issues":["#, &[], r#"{"issues":["#),
            // Twice, which what is around them tells.
            (
                r#"{"issues":[1],"issues":[2]}"#,
                &["1", "2"],
                r#"{"issues":[],"issues":[]}"#,
            ),
        ];
        for (text, items, around) in cases {
            for size in 1..=text.len() {
                let (found, left) = split(text, size);
                assert_eq!(
                    (found, left.as_str()),
                    (items.iter().map(ToString::to_string).collect(), around),
                    "{text} in pieces of {size}"
                );
            }
        }
    }
}
