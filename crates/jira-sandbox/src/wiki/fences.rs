//! Blocks in braces wherever they stand in a line, as people and clients write them: `{code}x{code}`.
//!
//! The reader of blocks knows them by lines that have nothing but the brace, so each brace gets a
//! line of its own here.

use super::read::{BOXES, MAX_DEPTH, bullets, is_code};

/// The same markup with the braces of every block that is closed on lines of their own.
pub(super) fn on_own_lines(markup: &str) -> String {
    spread(markup, 0)
}

fn spread(markup: &str, depth: usize) -> String {
    let mut out = String::with_capacity(markup.len());
    // Blocks that nothing closes from here on; looking for each once keeps long texts cheap.
    let mut unclosed: Vec<&str> = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find('{') {
        let (before, brace) = rest.split_at(start);
        out.push_str(before);
        let end_of_brace = brace.find('}').map_or(brace.len(), |end| end + 1);
        let (opening, after) = brace.split_at(end_of_brace);
        let name = block_name(opening).filter(|_| stands_free(&out));
        let body = name
            .filter(|name| !unclosed.contains(name))
            .and_then(|name| {
                let body = after.split_once(&format!("{{{name}}}"));
                if body.is_none() {
                    unclosed.push(name);
                }
                Some((name, body?))
            });
        let Some((name, (body, after))) = body else {
            out.push('{');
            rest = &brace[1..];
            continue;
        };
        start_line(&mut out);
        out.push_str(opening);
        out.push('\n');
        let body = body.strip_prefix('\n').unwrap_or(body);
        let body = body.strip_suffix('\n').unwrap_or(body);
        if is_code(name) || depth == MAX_DEPTH {
            out.push_str(body);
        } else {
            out.push_str(&spread(body, depth + 1));
        }
        if !body.is_empty() {
            out.push('\n');
        }
        out.extend(["{", name, "}"]);
        let to_end = after.find('\n').unwrap_or(after.len());
        let (same_line, others) = after.split_at(to_end);
        rest = if same_line.trim().is_empty() {
            others
        } else {
            out.push('\n');
            after.trim_start_matches([' ', '\t'])
        };
    }
    out.push_str(rest);
    out
}

/// The name of the block that a brace opens.
fn block_name(opening: &str) -> Option<&str> {
    let inner = opening.strip_prefix('{')?.strip_suffix('}')?;
    let name = inner.split_once(':').map_or(inner, |(name, _)| name);
    (BOXES.contains(&name) || is_code(name)).then_some(name)
}

/// Whether a brace after this text begins a block: it is not escaped, not the second of two, and not
/// in an item, a row or a heading, which are one line each.
fn stands_free(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before).trim_start();
    let is_hidden = before.ends_with(['\\', '{']);
    let is_taken = line.starts_with('|') || bullets(line).is_some() || is_heading(line);
    !is_hidden && !is_taken
}

fn is_heading(line: &str) -> bool {
    let level = line
        .strip_prefix('h')
        .and_then(|rest| rest.split_once(". "));
    line.starts_with("bq. ") || level.is_some_and(|(level, _)| level.len() == 1)
}

/// Ends the line under way, unless it has nothing but spaces.
fn start_line(out: &mut String) {
    let line = out.rsplit('\n').next().unwrap_or(out);
    if !line.trim().is_empty() {
        out.truncate(out.trim_end_matches([' ', '\t']).len());
        out.push('\n');
    }
}
