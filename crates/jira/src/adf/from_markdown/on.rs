//! Which marks are on a text.

use serde_json::Value;

use super::json::object;

/// Where a link goes and its title.
#[derive(PartialEq, Eq)]
pub(super) struct Target {
    pub(super) href: String,
    pub(super) title: String,
}

/// The marks that tags turn on, by the name that the tags of HTML give them here, each with the node
/// of ADF. Their order is that on a text.
const PLAIN: [(&str, &str); 7] = [
    ("strong", "strong"),
    ("em", "em"),
    ("del", "strike"),
    ("u", "underline"),
    ("sub", "subsup"),
    ("sup", "subsup"),
    ("code", "code"),
];

pub(super) const STRONG: u8 = 1;
pub(super) const EM: u8 = 1 << 1;
pub(super) const STRIKE: u8 = 1 << 2;
const SUB: u8 = 1 << 4;
const SUP: u8 = 1 << 5;
pub(super) const CODE: u8 = 1 << 6;

/// Marks that are on. Copied for each piece of text, so it owns nothing.
#[derive(Clone, Copy, Default)]
pub(super) struct On<'a> {
    plain: u8,
    link: Option<&'a Target>,
}

impl PartialEq for On<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.plain == other.plain
            && match (self.link, other.link) {
                (None, None) => true,
                (Some(one), Some(other)) => is_same(one, other),
                _ => false,
            }
    }
}

/// Pieces of one link have one target, which may be long.
fn is_same(one: &Target, other: &Target) -> bool {
    std::ptr::eq(one, other) || one == other
}

impl<'a> On<'a> {
    /// Code may only be linked, and nothing stands both above and below the line.
    pub(super) fn new(plain: u8, link: Option<&'a Target>) -> Self {
        let plain = match plain {
            plain if plain & CODE != 0 => CODE,
            plain if plain & SUB != 0 => plain & !SUP,
            plain => plain,
        };
        Self { plain, link }
    }

    pub(super) fn is_code(self) -> bool {
        self.plain & CODE != 0
    }

    pub(super) fn is_link(self) -> bool {
        self.link.is_some()
    }

    /// The marks that are on in both.
    pub(super) fn and(self, other: Self) -> Self {
        let is_both = |link: &&Target| other.link.is_some_and(|other| is_same(link, other));
        Self {
            plain: self.plain & other.plain,
            link: self.link.filter(is_both),
        }
    }

    /// The text with these marks.
    pub(super) fn node(self, text: String) -> Value {
        let link = self.link.map(|link| {
            let href = Value::from(link.href.as_str());
            if link.title.is_empty() {
                object([("href", href)])
            } else {
                object([("href", href), ("title", link.title.as_str().into())])
            }
        });
        self.linked(text, link)
    }

    /// The text with these marks and a link to `href`.
    pub(super) fn node_to(self, text: String, href: String) -> Value {
        self.linked(text, Some(object([("href", href.into())])))
    }

    fn linked(self, text: String, link: Option<Value>) -> Value {
        let count = self.plain.count_ones() as usize + usize::from(link.is_some());
        if count == 0 {
            return object([("type", "text".into()), ("text", text.into())]);
        }
        let mut marks = Vec::with_capacity(count);
        let link = link.map(|attrs| object([("type", "link".into()), ("attrs", attrs)]));
        marks.extend(link);
        for (index, (name, kind)) in PLAIN.into_iter().enumerate() {
            if self.plain & (1 << index) == 0 {
                continue;
            }
            marks.push(match kind {
                "subsup" => object([
                    ("type", kind.into()),
                    ("attrs", object([("type", name.into())])),
                ]),
                kind => object([("type", kind.into())]),
            });
        }
        let marks = Value::Array(marks);
        object([
            ("type", "text".into()),
            ("text", text.into()),
            ("marks", marks),
        ])
    }
}

/// The marks that tags have turned on, and how often.
#[derive(Default)]
pub(super) struct Tags {
    counts: [u32; PLAIN.len()],
}

impl Tags {
    pub(super) fn on(&self) -> u8 {
        let on = |on: u8, (index, count): (usize, &u32)| on | (u8::from(*count > 0) << index);
        self.counts.iter().enumerate().fold(0, on)
    }

    /// Turns a mark on once more, or off once.
    pub(super) fn turn(&mut self, mark: &str, is_on: bool) {
        if let Some(index) = PLAIN.iter().position(|(name, _)| *name == mark) {
            let count = &mut self.counts[index];
            *count = if is_on {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        }
    }
}
