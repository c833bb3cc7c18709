//! A list in a text that is still on its way, item by item.
//!
//! Items are told apart by quotes and brackets alone. Whether one is JSON is found where it is read, and
//! whether what stands around them is, likewise: the two together are what the text is.

use std::mem;

use crate::Error;
use crate::string::plain;

/// What is done with an item. Not a type of the caller's, so that the loop over all bytes is compiled here,
/// with what this crate is optimised for in tests.
type Take<'a> = dyn FnMut(&[u8]) -> Result<(), Error> + 'a;

/// Takes the text of an object apart into the items of its list and what stands around them.
pub struct Splitter {
    /// The name of the list, in its quotes.
    name: Vec<u8>,
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

#[derive(Clone, Copy)]
enum InString {
    No,
    Yes,
    /// Behind a backslash.
    Escaped,
}

impl Splitter {
    /// One for the list that a member of this name holds.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self {
            name: format!("\"{name}\"").into_bytes(),
            around: Vec::new(),
            begun: Vec::new(),
            depth: 0,
            string: InString::No,
            is_in_list: false,
            is_owed: false,
        }
    }

    /// Takes the next piece of the text. The items that are whole with it are given to `take`; where that
    /// fails, the text is of no use any more.
    pub fn feed(&mut self, piece: &[u8], take: &mut Take<'_>) -> Result<(), Error> {
        // From here on nothing of the piece is kept yet.
        let mut start = 0;
        let mut at = 0;
        while let Some(byte) = piece.get(at) {
            match (self.string, byte) {
                (InString::Yes, b'\\') => self.string = InString::Escaped,
                (InString::Yes, b'"') => self.string = InString::No,
                (InString::Yes, _) => {
                    // Most of a text is in its strings.
                    at += plain(&piece[at..]);
                    continue;
                }
                (InString::Escaped, _) | (InString::No, b'"') => self.string = InString::Yes,
                (InString::No, b'[') if self.depth == 1 && !self.is_in_list => {
                    self.around.extend_from_slice(&piece[start..=at]);
                    start = at + 1;
                    self.is_in_list = self.is_behind_name();
                    self.depth += usize::from(!self.is_in_list);
                }
                (InString::No, b'[' | b'{') => self.depth += 1,
                (InString::No, b',') if self.depth == 1 && self.is_in_list => {
                    self.pass(&piece[start..at], take)?;
                    start = at + 1;
                    self.is_owed = true;
                }
                (InString::No, b']' | b'}') if self.depth == 1 && self.is_in_list => {
                    let rest = &piece[start..at];
                    let is_blank = |text: &[u8]| text.trim_ascii().is_empty();
                    if self.is_owed || !is_blank(&self.begun) || !is_blank(rest) {
                        self.pass(rest, take)?;
                    }
                    self.begun.clear();
                    start = at;
                    (self.is_in_list, self.is_owed) = (false, false);
                }
                (InString::No, b']' | b'}') => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
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
        let before = name.and_then(|name| name.trim_ascii_end().strip_suffix(&*self.name));
        // Otherwise its first quote is one within a longer name.
        before.is_some_and(|before| !before.ends_with(b"\\"))
    }

    fn pass(&mut self, rest: &[u8], take: &mut Take<'_>) -> Result<(), Error> {
        if self.begun.is_empty() {
            return take(rest);
        }
        let mut item = mem::take(&mut self.begun);
        item.extend_from_slice(rest);
        take(&item)
    }

    /// What stands around the items. Where the text ends within one it is no JSON.
    #[must_use]
    pub fn end(mut self) -> Vec<u8> {
        self.around.append(&mut self.begun);
        self.around
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items of a text that comes in pieces of this size, and what is around them.
    fn split(text: &str, size: usize) -> (Vec<String>, String) {
        let mut splitter = Splitter::of("issues");
        let mut items = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            let taken = splitter.feed(piece, &mut |item| {
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
