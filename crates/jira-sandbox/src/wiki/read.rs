//! Wiki markup as a document: its blocks.

use serde_json::{Value, json};

use super::fences::on_own_lines;
use super::inline::read_line;

/// As deep as blocks and lists may nest; markup is foreign input.
pub(super) const MAX_DEPTH: usize = 8;
/// The blocks that hold others, by their names in braces.
pub(super) const BOXES: [&str; 6] = ["quote", "panel", "info", "note", "tip", "warning"];

/// Markup as a document; one without content for no text.
pub(crate) fn to_document(markup: &str) -> Value {
    // Line ends first, so that a block is cut at them alone.
    let markup = on_own_lines(&markup.replace("\r\n", "\n"));
    let lines: Vec<&str> = markup.lines().collect();
    json!({"type": "doc", "version": 1, "content": read_blocks(&lines, 0)})
}

fn read_blocks(mut lines: &[&str], depth: usize) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut words = Vec::new();
    while let Some((first, rest)) = lines.split_first() {
        let block = if first.trim().is_empty() {
            Some((None, 1))
        } else {
            read_block(first, rest, depth).map(|(block, length)| (Some(block), length))
        };
        if let Some((block, length)) = block {
            end_paragraph(&mut words, &mut blocks);
            blocks.extend(block);
            lines = &lines[length..];
        } else {
            words.push(*first);
            lines = rest;
        }
    }
    end_paragraph(&mut words, &mut blocks);
    blocks
}

fn end_paragraph(words: &mut Vec<&str>, blocks: &mut Vec<Value>) {
    if !words.is_empty() {
        blocks.push(paragraph(&words.join("\n")));
        words.clear();
    }
}

fn paragraph(markup: &str) -> Value {
    with_content(json!({"type": "paragraph"}), read_line(markup))
}

/// A node with this content; one without any says nothing of it.
fn with_content(mut node: Value, content: Vec<Value>) -> Value {
    if !content.is_empty() {
        node["content"] = content.into();
    }
    node
}

/// A block that starts at a line, and how many lines it takes; `None` for a line of a paragraph.
fn read_block(first: &str, rest: &[&str], depth: usize) -> Option<(Value, usize)> {
    let line = first.trim();
    if line.len() >= 4 && line.bytes().all(|byte| byte == b'-') {
        return Some((json!({"type": "rule"}), 1));
    }
    if let Some((level, title)) = heading(line) {
        let node = json!({"type": "heading", "attrs": {"level": level}});
        return Some((with_content(node, read_line(title)), 1));
    }
    if let Some(words) = line.strip_prefix("bq. ") {
        let content = json!([paragraph(words)]);
        return Some((json!({"type": "blockquote", "content": content}), 1));
    }
    if let Some((name, parameter)) = opening(line) {
        let end = rest
            .iter()
            .position(|line| line.trim() == format!("{{{name}}}"))?;
        if is_code(name) {
            return Some((code(parameter, &rest[..end]), end + 2));
        }
        if depth < MAX_DEPTH {
            return Some((boxed(name, &rest[..end], depth), end + 2));
        }
        return None;
    }
    if bullets(line).is_some() {
        let more = rest
            .iter()
            .take_while(|line| bullets(line.trim()).is_some());
        let count = more.count();
        let items = std::iter::once(&first).chain(&rest[..count]);
        let items: Vec<_> = items.filter_map(|line| bullets(line.trim())).collect();
        return Some((read_list(&items, 0), count + 1));
    }
    if line.starts_with('|') && line.len() > 1 {
        let more = rest.iter().take_while(|line| line.trim().starts_with('|'));
        let count = more.count();
        let rows = std::iter::once(&first).chain(&rest[..count]);
        let rows: Vec<Value> = rows.map(|line| read_row(line.trim())).collect();
        return Some((json!({"type": "table", "content": rows}), count + 1));
    }
    None
}

fn heading(line: &str) -> Option<(u64, &str)> {
    let (level, title) = line.strip_prefix('h')?.split_once(". ")?;
    let level = level.parse().ok().filter(|level| (1..=6).contains(level))?;
    Some((level, title))
}

/// The name and the parameter of a line which is nothing but an opening brace of a block.
fn opening(line: &str) -> Option<(&str, &str)> {
    let inner = line.strip_prefix('{')?.strip_suffix('}')?;
    let (name, parameter) = inner.split_once(':').unwrap_or((inner, ""));
    let is_known = BOXES.contains(&name) || is_code(name);
    is_known.then_some((name, parameter))
}

/// Whether a block holds text as it is written.
pub(super) fn is_code(name: &str) -> bool {
    matches!(name, "code" | "noformat")
}

fn code(parameter: &str, lines: &[&str]) -> Value {
    let language = parameter.split('|').find(|part| !part.contains('='));
    let mut node = json!({"type": "codeBlock"});
    if let Some(language) = language.filter(|language| !language.is_empty()) {
        node["attrs"] = json!({"language": language});
    }
    let text = lines.join("\n");
    if !text.is_empty() {
        node["content"] = json!([{"type": "text", "text": text}]);
    }
    node
}

fn boxed(name: &str, lines: &[&str], depth: usize) -> Value {
    let mut content = read_blocks(lines, depth + 1);
    if content.is_empty() {
        content.push(paragraph(""));
    }
    let kind = match name {
        "quote" => return json!({"type": "blockquote", "content": content}),
        "panel" => "custom",
        kind => kind,
    };
    json!({"type": "panel", "attrs": {"panelType": kind}, "content": content})
}

/// The bullets of a line of a list, and its words.
pub(super) fn bullets(line: &str) -> Option<(&str, &str)> {
    let (bullets, words) = line.split_once(' ')?;
    let is_list = !bullets.is_empty() && bullets.bytes().all(|byte| b"*#-".contains(&byte));
    (is_list && bullets.len() <= MAX_DEPTH).then_some((bullets, words))
}

/// The list of lines that have more than `level` bullets.
fn read_list(lines: &[(&str, &str)], level: usize) -> Value {
    let sign = lines
        .first()
        .and_then(|(bullets, _)| bullets.chars().nth(level));
    let kind = if sign == Some('#') {
        "orderedList"
    } else {
        "bulletList"
    };
    let mut items = Vec::new();
    let mut rest = lines;
    while let Some(((bullets, words), more)) = rest.split_first() {
        // A line that is deeper than the one before it goes into the item of that one.
        let is_own = bullets.len() <= level + 1;
        let after = if is_own { more } else { rest };
        let deeper = after
            .iter()
            .take_while(|(bullets, _)| bullets.len() > level + 1);
        let count = deeper.count();
        let mut content = vec![paragraph(if is_own { words } else { "" })];
        if count > 0 {
            content.push(read_list(&after[..count], level + 1));
        }
        items.push(json!({"type": "listItem", "content": content}));
        rest = &after[count..];
    }
    json!({"type": kind, "content": items})
}

fn read_row(line: &str) -> Value {
    let mut cells = Vec::new();
    let mut rest = line;
    while let Some(after) = rest.strip_prefix('|') {
        let (kind, after) = match after.strip_prefix('|') {
            Some(after) => ("tableHeader", after),
            None => ("tableCell", after),
        };
        if after.is_empty() {
            break;
        }
        let end = bar(after);
        let content = [paragraph(after[..end].trim())];
        cells.push(json!({"type": kind, "content": content}));
        rest = &after[end..];
    }
    json!({"type": "tableRow", "content": cells})
}

/// Where the next bar is that no backslash and no link hides.
fn bar(text: &str) -> usize {
    let (mut is_escaped, mut is_link) = (false, false);
    for (index, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_link = true,
            ']' => is_link = false,
            '|' if !is_link => return index,
            _ => (),
        }
    }
    text.len()
}
