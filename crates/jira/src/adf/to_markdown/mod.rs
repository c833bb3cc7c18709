//! From ADF to GitHub-flavoured Markdown (<https://github.github.com/gfm/>).
//!
//! Nodes become strings from the inside out; a container indents or prefixes the lines of what
//! it holds. The depth is bounded by `juncture_json`, which refuses more than 100 levels, two a node.

mod bare_texts;
mod blocks;
mod escape;
mod inline;
mod lists;
mod marks;
mod tables;

use super::node::Node;
pub(super) use bare_texts::bare_texts;

/// What the text is written into, which decides what a new line looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The page, where a block has as many lines as it wants.
    Page,
    /// A heading, which is one line.
    Heading,
    /// A cell of a table, which is one line but may hold `<br>`.
    Cell,
}

/// The whole document.
pub(super) fn document(root: Node<'_>) -> String {
    match root.kind() {
        "doc" => blocks::blocks(root.content(), Place::Page),
        _ => blocks::blocks([root].into_iter(), Place::Page),
    }
}
