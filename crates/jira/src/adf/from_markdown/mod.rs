//! From GitHub-flavoured Markdown (<https://github.github.com/gfm/>) to ADF.
//!
//! In two steps: the parser's events become blocks, nested as the Markdown says, and the blocks
//! become nodes where ADF has a place for them. Both steps go down as deep as blocks may nest,
//! and no text makes them nest deeper than [`MAX_DEPTH`].

mod addresses;
mod blocks;
mod containers;
mod elements;
mod html;
mod inline;
pub(super) mod json;
mod lists;
mod nodes;
mod on;
mod pieces;
mod runs;
mod shield;
mod special;

use serde_json::Value;

/// How many blocks may be nested in each other; what is deeper counts as not nested. A list and
/// its item are four levels of JSON, of which parsers commonly read 128.
const MAX_DEPTH: usize = 20;

/// The whole document.
pub(super) fn document(markdown: &str) -> Value {
    let blocks = blocks::read(markdown);
    let content = nodes::Nodes::default().document(blocks);
    json::object([
        ("version", 1.into()),
        ("type", "doc".into()),
        ("content", content.into()),
    ])
}
