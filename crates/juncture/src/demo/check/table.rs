//! A table: read from a page, written as aligned text.

use std::fmt::Write as _;

use html5gum::Token;

use super::html::{Page, attribute, lossy, squeeze, tokens};

/// The widest that a column gets, in characters.
const WIDEST: usize = 56;

/// The cells of a table, as their text shows.
pub(in crate::demo) struct Table {
    head: Vec<String>,
    /// The rows of its body; none is empty.
    pub(in crate::demo) rows: Vec<Vec<String>>,
}

impl Table {
    /// The table with this id, if the page has one.
    pub(super) fn read(page: &Page, id: &str) -> Option<Self> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut is_found = false;
        let mut is_in_cell = false;
        for token in tokens(&page.text) {
            match token {
                Token::StartTag(tag) if **tag.name == *b"table" => {
                    is_found = attribute(&tag, "id").as_deref() == Some(id);
                }
                Token::EndTag(tag) if is_found && **tag.name == *b"table" => break,
                _ if !is_found => {}
                Token::StartTag(tag) => match &**tag.name {
                    b"tr" => rows.push(Vec::new()),
                    b"td" | b"th" => {
                        is_in_cell = true;
                        rows.last_mut()?.push(String::new());
                    }
                    _ => {}
                },
                Token::EndTag(tag) if matches!(&**tag.name, b"td" | b"th") => is_in_cell = false,
                Token::String(text) if is_in_cell => {
                    rows.last_mut()?.last_mut()?.push_str(&lossy(&text));
                }
                _ => {}
            }
        }
        if !is_found {
            return None;
        }
        for cell in rows.iter_mut().flatten() {
            *cell = squeeze(cell);
        }
        rows.retain(|row| !row.is_empty());
        let mut rows = rows.into_iter();
        Some(Self {
            head: rows.next()?,
            rows: rows.collect(),
        })
    }

    /// Its rows under its head, the columns aligned.
    pub(in crate::demo) fn to_text(&self) -> String {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                let cells = lines().filter_map(|row| row.get(column));
                cells
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
                    .min(WIDEST)
            })
            .collect();
        let mut text = String::new();
        for row in lines() {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let shown = cut(cell, *width);
                write!(line, "{shown:<width$}  ").expect("writing to a string does not fail");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// The first `width` characters, the last of them an ellipsis where there are more.
fn cut(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width {
        return cell.to_owned();
    }
    let kept: String = cell.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
