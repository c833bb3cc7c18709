//! A node of a document, as a view of the JSON that it may or may not fit.

use super::tree::Tree;

/// A view of one value as a node. Whatever is missing or of another type reads as absent.
#[derive(Clone, Copy)]
pub(super) struct Node<'a>(&'a Tree<'a>);

impl<'a> Node<'a> {
    pub(super) fn new(value: &'a Tree<'a>) -> Self {
        Self(value)
    }

    /// The node's type. A bare string counts as a text.
    pub(super) fn kind(self) -> &'a str {
        match self.0 {
            Tree::Text(_) => "text",
            other => other.get("type").and_then(Tree::as_str).unwrap_or_default(),
        }
    }

    pub(super) fn text(self) -> Option<&'a str> {
        match self.0 {
            Tree::Text(text) => Some(text),
            other => other.get("text")?.as_str(),
        }
    }

    /// The nodes inside. A bare list counts as a node that holds its items.
    pub(super) fn content(self) -> impl DoubleEndedIterator<Item = Node<'a>> + Clone {
        let content = match self.0 {
            Tree::List(items) => Some(items),
            other => other.get("content").and_then(Tree::as_list),
        };
        content.into_iter().flatten().map(Node)
    }

    /// The nodes inside, or the node itself where it stands without the one that should hold it.
    pub(super) fn held(self) -> impl DoubleEndedIterator<Item = Node<'a>> + Clone {
        let is_bare = self.content().next().is_none();
        self.content().chain(is_bare.then_some(self))
    }

    pub(super) fn marks(self) -> impl Iterator<Item = Node<'a>> {
        let marks = self.0.get("marks").and_then(Tree::as_list);
        marks.into_iter().flatten().map(Node)
    }

    pub(super) fn attribute(self, name: &str) -> Option<&'a Tree<'a>> {
        self.0.get("attrs")?.get(name)
    }

    /// A text attribute that says something.
    pub(super) fn word(self, name: &str) -> Option<&'a str> {
        let word = self.attribute(name)?.as_str()?;
        (!word.trim().is_empty()).then_some(word)
    }

    pub(super) fn number(self, name: &str) -> Option<u64> {
        self.attribute(name)?.as_u64()
    }

    /// What shows a node that holds no others and whose kind says nothing.
    pub(super) fn label(self) -> String {
        let words = ["text", "url", "title", "shortName"];
        if let Some(word) = words.iter().find_map(|name| self.word(name)) {
            return word.to_owned();
        }
        match (self.text(), self.0) {
            (Some(text), _) => text.to_owned(),
            (None, Tree::Bool(value)) => value.to_string(),
            (None, Tree::Number(number)) => number.to_string(),
            (None, _) if self.kind().is_empty() => String::new(),
            (None, _) => format!("[{}]", self.word("extensionKey").unwrap_or(self.kind())),
        }
    }

    /// All texts inside, one after the other and without their marks.
    pub(super) fn bare_text(self) -> String {
        let mut text = self.text().unwrap_or_default().to_owned();
        for child in self.content() {
            text.push_str(if child.kind() == "hardBreak" {
                "\n"
            } else {
                ""
            });
            text.push_str(&child.bare_text());
        }
        text
    }
}
