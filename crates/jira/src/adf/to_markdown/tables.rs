//! Tables. Markdown's have one head row, cells of one line, and no spans.

use super::super::node::Node;
use super::{Place, blocks};

/// No table in Jira is wider; a made-up span must not fill the memory.
const MAX_COLUMNS: usize = 200;

/// How many cells that are not in the document make a table whole: under spans, and at the ends of
/// short rows. Where these are used up the rest stays short, as Markdown allows.
const MAX_FILLERS: usize = 50_000;

pub(super) fn table(node: Node<'_>) -> String {
    let rows: Vec<Node<'_>> = node.content().collect();
    let mut fillers = MAX_FILLERS;
    let mut grid = grid(&rows, &mut fillers);
    let width = grid.iter().map(Vec::len).max().unwrap_or_default();
    if width == 0 {
        return String::new();
    }
    let has_head = rows.first().is_some_and(|row| {
        row.content().next().is_some() && row.content().all(|cell| cell.kind() == "tableHeader")
    });
    if !has_head {
        grid.insert(0, Vec::new());
    }
    let lines = grid.into_iter().map(|mut row| {
        let missing = (width - row.len()).min(fillers);
        fillers -= missing;
        row.resize(row.len() + missing, String::new());
        line(&row)
    });
    let mut lines: Vec<String> = lines.collect();
    lines.insert(1, format!("|{}", " --- |".repeat(width)));
    lines.join("\n")
}

/// The cells by row and column. A cell that spans several stands in the first, and the others
/// are empty.
fn grid(rows: &[Node<'_>], fillers: &mut usize) -> Vec<Vec<String>> {
    let mut grid = Vec::new();
    // For each column, how many rows more a cell from above covers.
    let mut covered: Vec<u64> = Vec::new();
    for row in rows {
        let mut cells: Vec<String> = Vec::new();
        for cell in row.held() {
            skip_covered(&mut cells, &mut covered, fillers);
            if cells.len() >= MAX_COLUMNS {
                // Too wide to be a table; its text still counts.
                let last = cells.last_mut().expect("there are columns");
                last.push(' ');
                last.push_str(&one_line(cell));
                continue;
            }
            let columns = usize::try_from(cell.number("colspan").unwrap_or(1)).unwrap_or(1);
            let columns = columns.clamp(1, (MAX_COLUMNS - cells.len()).min(1 + *fillers));
            *fillers -= columns - 1;
            let rows = cell.number("rowspan").unwrap_or(1).max(1);
            covered.resize(covered.len().max(cells.len() + columns), 0);
            covered[cells.len()..cells.len() + columns].fill(rows - 1);
            cells.push(one_line(cell));
            cells.resize(cells.len() + columns - 1, String::new());
        }
        skip_covered(&mut cells, &mut covered, fillers);
        for rest in covered.iter_mut().skip(cells.len()) {
            *rest = rest.saturating_sub(1);
        }
        grid.push(cells);
    }
    grid
}

fn skip_covered(cells: &mut Vec<String>, covered: &mut [u64], fillers: &mut usize) {
    while *fillers > 0
        && let Some(rows) = covered.get_mut(cells.len()).filter(|rows| **rows > 0)
    {
        *rows -= 1;
        *fillers -= 1;
        cells.push(String::new());
    }
}

/// The cell's blocks in one line. Even in code a bar would end the cell.
fn one_line(cell: Node<'_>) -> String {
    let text = blocks::blocks([cell].into_iter(), Place::Cell);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("<br>").replace('|', "\\|")
}

fn line(cells: &[String]) -> String {
    let mut line = String::from("|");
    for cell in cells {
        line.push(' ');
        line.push_str(cell);
        line.push_str(" |");
    }
    line
}
