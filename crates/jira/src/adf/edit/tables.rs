//! Tables: rows that stay are as they were, and in a changed row the cells are.

use serde_json::{Value, json};

use super::super::from_markdown::json::object;
use super::align::{self, Origin};
use super::blocks::{found, set_content};
use super::canon::{Key, canon_of_cell, key, keys, lines};
use super::inline;

/// The rows of a table. `seen` is what the present table was to the caller. Where cells span
/// several rows or columns and the new table has others, or where the tables cannot be compared, the
/// new one stands alone.
pub(super) fn merged(
    table: &Value,
    present: &[Value],
    seen: Option<&Value>,
    new: Vec<Value>,
) -> Vec<Value> {
    let seen_rows = seen
        .and_then(|seen| seen["content"].as_array())
        .filter(|rows| rows.len() == present.len());
    let Some(seen_rows) = seen_rows.filter(|_| table["type"] == "table") else {
        return new;
    };
    let has_spans = present.iter().any(|row| cells(row).iter().any(is_spanning));
    if has_spans {
        return spanning(present, seen_rows, &new).unwrap_or(new);
    }
    // A row has as many cells as the widest, and Markdown knows one row of heads.
    let bare: Vec<Vec<Value>> = seen_rows.iter().map(|row| vec![bare(row)]).collect();
    let canons: Vec<&[Value]> = bare.iter().map(Vec::as_slice).collect();
    let new_bare: Vec<Value> = new.iter().map(self::bare).collect();
    let origins = found(&canons, &new_bare, |_, _| true);
    let rows = new
        .into_iter()
        .zip(origins)
        .filter_map(|(row, origin)| match origin {
            Origin::More => None,
            Origin::Kept(number) | Origin::Moved(number) => Some(present[number].clone()),
            Origin::Changed(number) => Some(changed(&present[number], &seen_rows[number], &row)),
            Origin::New => Some(row),
        });
    rows.collect()
}

fn cells(row: &Value) -> &[Value] {
    row["content"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn is_spanning(cell: &Value) -> bool {
    ["colspan", "rowspan"]
        .iter()
        .any(|name| cell["attrs"][name].as_u64().is_some_and(|span| span > 1))
}

/// A row by what its cells hold, without the empty ones at its end.
fn bare(row: &Value) -> Value {
    let mut cells: Vec<Value> = cells(row)
        .iter()
        .map(|cell| object([("content", cell["content"].clone())]))
        .collect();
    let empty = json!({"content": [{"type": "paragraph"}]});
    while cells.last() == Some(&empty) {
        cells.pop();
    }
    object([("type", "tableRow".into()), ("content", cells.into())])
}

/// A row in which some cells were changed.
fn changed(present: &Value, seen: &Value, new: &Value) -> Value {
    let content_keys = |row: &Value| -> Vec<Key> {
        cells(row)
            .iter()
            .map(|cell| key(&object([("content", cell["content"].clone())])))
            .collect()
    };
    let (old_keys, new_keys) = (content_keys(seen), content_keys(new));
    let old = cells(present);
    let mut origins = vec![Origin::New; new_keys.len()];
    if old_keys.len() == new_keys.len() {
        for (index, origin) in origins.iter_mut().enumerate().take(old.len()) {
            let is_kept = old_keys[index] == new_keys[index];
            *origin = if is_kept {
                Origin::Kept(index)
            } else {
                Origin::Changed(index)
            };
        }
    } else {
        let parts: Vec<Vec<Key>> = old_keys
            .into_iter()
            .take(old.len())
            .map(|key| vec![key])
            .collect();
        origins = align::origins(&parts, &new_keys);
    }
    let cells = cells(new)
        .iter()
        .zip(origins)
        .map(|(cell, origin)| match origin {
            Origin::Kept(index) | Origin::Moved(index) => old[index].clone(),
            Origin::Changed(index) => changed_cell(&old[index], cell),
            Origin::New | Origin::More => cell.clone(),
        });
    let mut row = present.clone();
    set_content(&mut row, cells.collect());
    row
}

/// A table with cells over several rows or columns: its cells by where they begin, if the new one
/// has the same size.
fn spanning(present: &[Value], seen: &[Value], new: &[Value]) -> Option<Vec<Value>> {
    let width = seen.first().map(|row| cells(row).len())?;
    let has_size = |rows: &[Value]| {
        rows.len() == seen.len() && rows.iter().all(|row| cells(row).len() == width)
    };
    if !has_size(seen) || !has_size(new) {
        return None;
    }
    let mut covered: Vec<Vec<bool>> = vec![vec![false; width]; present.len()];
    let mut rows = Vec::new();
    for (at, row) in present.iter().enumerate() {
        let mut row_cells = Vec::new();
        let mut column = 0;
        for cell in cells(row) {
            while covered[at].get(column) == Some(&true) {
                column += 1;
            }
            let span = |name: &str| {
                usize::try_from(cell["attrs"][name].as_u64().unwrap_or(1))
                    .unwrap_or(1)
                    .max(1)
            };
            let right = column.saturating_add(span("colspan")).min(width);
            let below = at.saturating_add(span("rowspan")).min(present.len());
            for line in &mut covered[at..below] {
                line[column.min(right)..right].fill(true);
            }
            let (seen_cell, new_cell) =
                (cells(&seen[at]).get(column)?, cells(&new[at]).get(column)?);
            let is_kept = key(&seen_cell["content"]) == key(&new_cell["content"]);
            row_cells.push(if is_kept {
                cell.clone()
            } else {
                changed_cell(cell, new_cell)
            });
            column = right;
        }
        let mut row = row.clone();
        set_content(&mut row, row_cells);
        rows.push(row);
    }
    // Text where a cell reaches over has no place.
    let is_lost = (0..rows.len()).any(|at| {
        let begins = begins(present, at, width);
        (0..width).any(|column| {
            let (seen, new) = (
                &cells(&seen[at])[column]["content"],
                &cells(&new[at])[column]["content"],
            );
            !begins.contains(&column) && key(seen) != key(new)
        })
    });
    (!is_lost).then_some(rows)
}

/// The columns in which cells of this row begin.
fn begins(present: &[Value], wanted: usize, width: usize) -> Vec<usize> {
    let mut covered = vec![0_u64; width];
    let mut begins = Vec::new();
    for (at, row) in present.iter().enumerate().take(wanted + 1) {
        begins.clear();
        let mut row_cells = cells(row).iter();
        let mut column = 0;
        while column < width {
            if covered[column] > 0 {
                covered[column] -= 1;
                column += 1;
                continue;
            }
            let Some(cell) = row_cells.next() else {
                column += 1;
                continue;
            };
            begins.push(column);
            let span = |name: &str| cell["attrs"][name].as_u64().unwrap_or(1).max(1);
            let right = usize::try_from(span("colspan"))
                .unwrap_or(width)
                .saturating_add(column)
                .min(width);
            covered[column..right].fill(span("rowspan") - 1);
            column = right;
        }
        if at == wanted {
            break;
        }
    }
    begins
}

/// A cell after a change. Markdown shows it as one line, in which each block has lines of its own.
fn changed_cell(present: &Value, new: &Value) -> Value {
    let old = cells(present);
    let new = cells(new);
    let mut cell = present.clone();
    if let ([old], [new]) = (old, new)
        && old["type"] == "paragraph"
        && new["type"] == "paragraph"
    {
        let line = inline::merged(cells(old), cells(new));
        let mut paragraph = old.clone();
        set_content(&mut paragraph, line);
        set_content(&mut cell, vec![paragraph]);
        return cell;
    }
    let canons: Vec<Vec<Value>> = old.iter().map(canon_of_cell).collect();
    let parts: Vec<Vec<Key>> = canons.iter().map(|canon| keys(canon)).collect();
    let new: Vec<Value> = new.iter().flat_map(lines).collect();
    let origins = align::origins(&parts, &keys(&new));
    let mut content: Vec<Value> = Vec::new();
    let mut goes_on = false;
    for (block, origin) in new.into_iter().zip(origins) {
        let is_line = block["type"] == "paragraph";
        match (origin, content.last_mut()) {
            (Origin::More, _) => continue,
            (Origin::Kept(number) | Origin::Moved(number), _) => content.push(old[number].clone()),
            (_, Some(last)) if goes_on && is_line => {
                let mut line = cells(last).to_vec();
                line.push(json!({"type": "hardBreak"}));
                line.extend(cells(&block).iter().cloned());
                set_content(last, line);
            }
            _ => content.push(block),
        }
        goes_on = is_line && !matches!(origin, Origin::Kept(_) | Origin::Moved(_));
    }
    if content.is_empty() {
        content.push(json!({"type": "paragraph"}));
    }
    set_content(&mut cell, content);
    cell
}
