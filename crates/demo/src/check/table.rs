//! A table: read from a page, written as aligned text.

use html5gum::Token;
use unicode_width::UnicodeWidthStr as _;

use super::html::{Page, attribute, lossy, squeeze, tokens};

/// The widest that a column gets, in columns of a terminal.
const WIDEST: usize = 56;

/// The cells of a table, as their text shows.
pub(crate) struct Table {
    /// The row above the body.
    pub(crate) head: Vec<String>,
    /// The rows of its body; none is empty.
    pub(crate) rows: Vec<Vec<String>>,
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
    pub(crate) fn to_text(&self) -> String {
        let rows = || std::iter::once(&self.head).chain(&self.rows);
        let widest = |column: usize| {
            let cells = rows().filter_map(|row| row.get(column));
            cells
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
                .min(WIDEST)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(widest).collect();
        let mut text = String::new();
        for row in rows() {
            let cells = row.iter().zip(&widths);
            let line: String = cells
                .map(|(cell, width)| fit(cell, *width) + "  ")
                .collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// The cell in exactly `width` columns of a terminal: filled up, or cut with an ellipsis.
fn fit(cell: &str, width: usize) -> String {
    let mut fitted = cell.to_owned();
    if cell.width() > width {
        while fitted.width() >= width {
            fitted.pop();
        }
        fitted.push('…');
    }
    let gap = width - fitted.width();
    fitted + &" ".repeat(gap)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Page, Table, WIDEST};

    fn read(html: &str) -> Option<Table> {
        let url = Url::parse("http://127.0.0.1/tickets").unwrap();
        Table::read(&Page::read(url, html.to_owned()), "tickets")
    }

    #[test]
    fn cells_read_as_they_show() {
        let table = read(
            "<table id=other><tr><td>no</table>\
             <table id=\"tickets\"><thead><tr><th>Key</th><th>Summary</th></tr></thead>\
             <tr><td class=key>A-1</td><td> <b>Fish</b>\n &amp; chips </td></tr></table><table><tr><td>no</table>",
        );
        let table = table.unwrap();
        assert_eq!(table.head, ["Key", "Summary"]);
        assert_eq!(table.rows, [["A-1", "Fish & chips"]]);
        assert!(read("<table id=other><tr><td>no</td></tr></table>").is_none());
    }

    #[test]
    fn columns_align_whatever_the_script_and_long_cells_are_cut() {
        let long = "x".repeat(WIDEST + 1);
        let table = Table {
            head: vec!["Key".to_owned(), "Who".to_owned(), "Day".to_owned()],
            rows: vec![
                vec!["A-1".to_owned(), "한지우".to_owned(), "Mon".to_owned()],
                vec!["A-10".to_owned(), "Ada".to_owned(), long],
            ],
        };
        let cut = "x".repeat(WIDEST - 1);
        assert_eq!(
            table.to_text(),
            format!("Key   Who     Day\nA-1   한지우  Mon\nA-10  Ada     {cut}…\n")
        );
    }
}
