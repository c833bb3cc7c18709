//! Documents as wiki markup.

use serde_json::Value;

/// A document as markup; `""` for one without content.
pub(crate) fn from_document(document: &Value) -> String {
    blocks(children(document), "\n\n")
}

fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn attribute<'a>(node: &'a Value, name: &str) -> &'a str {
    node["attrs"][name].as_str().unwrap_or_default()
}

fn blocks(nodes: &[Value], gap: &str) -> String {
    let blocks: Vec<String> = nodes.iter().map(block).collect();
    blocks.join(gap)
}

fn block(node: &Value) -> String {
    let inner = || blocks(children(node), "\n\n");
    match node["type"].as_str().unwrap_or_default() {
        "paragraph" | "caption" => line(node),
        "heading" => {
            let level = node["attrs"]["level"].as_u64().unwrap_or(1);
            format!("h{level}. {}", line(node))
        }
        "bulletList" | "orderedList" | "taskList" | "decisionList" => list(node, ""),
        "codeBlock" => {
            let language = attribute(node, "language");
            let colon = if language.is_empty() { "" } else { ":" };
            let text: String = children(node)
                .iter()
                .filter_map(|child| child["text"].as_str())
                .collect();
            format!("{{code{colon}{language}}}\n{text}\n{{code}}")
        }
        "blockquote" => format!("{{quote}}\n{}\n{{quote}}", inner()),
        "rule" => "----".to_owned(),
        "panel" => {
            let name = match attribute(node, "panelType") {
                name @ ("info" | "note" | "warning") => name,
                "tip" | "success" => "tip",
                _ => "panel",
            };
            format!("{{{name}}}\n{}\n{{{name}}}", inner())
        }
        "expand" | "nestedExpand" => {
            let title = attribute(node, "title");
            format!("{{panel:title={title}}}\n{}\n{{panel}}", inner())
        }
        "table" => {
            let rows: Vec<String> = children(node).iter().map(row).collect();
            rows.join("\n")
        }
        "mediaSingle" | "mediaGroup" => blocks(children(node), "\n"),
        "blockCard" => card(node, "smart-card"),
        "embedCard" => card(node, "smart-embed"),
        _ if children(node).is_empty() => inline(node),
        _ => inner(),
    }
}

fn list(node: &Value, outer: &str) -> String {
    let sign = if node["type"] == "orderedList" {
        '#'
    } else {
        '*'
    };
    let bullets = format!("{outer}{sign}");
    let mut lines = Vec::new();
    for item in children(node) {
        if is_list(item) {
            lines.push(list(item, &bullets));
            continue;
        }
        let box_ = match attribute(item, "state") {
            "DONE" => "(/) ",
            "TODO" => "(x) ",
            _ => "",
        };
        let (nested, own): (Vec<&Value>, Vec<&Value>) =
            children(item).iter().partition(|child| is_list(child));
        let is_inline = |child: &&Value| child["type"] == "text" || item["type"] == "taskItem";
        let own = if own.iter().all(is_inline) {
            line(item)
        } else {
            let own: Vec<String> = own.into_iter().map(block).collect();
            own.join("\n")
        };
        lines.push(format!("{bullets} {box_}{own}"));
        lines.extend(nested.into_iter().map(|nested| list(nested, &bullets)));
    }
    lines.join("\n")
}

fn is_list(node: &Value) -> bool {
    matches!(
        node["type"].as_str(),
        Some("bulletList" | "orderedList" | "taskList")
    )
}

fn row(row: &Value) -> String {
    let mut text = String::new();
    let mut bar = "|";
    for cell in children(row) {
        bar = if cell["type"] == "tableHeader" {
            "||"
        } else {
            "|"
        };
        text.push_str(bar);
        text.push_str(&blocks(children(cell), "\n"));
    }
    text.push_str(bar);
    text
}

/// The inline content of a node. What would be a block at the start of the line is escaped.
fn line(node: &Value) -> String {
    let text: String = children(node).iter().map(inline).collect();
    let lines: Vec<String> = text.split('\n').map(guarded).collect();
    lines.join("\n")
}

fn guarded(line: &str) -> String {
    let is_heading = line.starts_with('h') && line[1..].starts_with(|c: char| c.is_ascii_digit());
    if is_heading || line.starts_with("bq. ") {
        return line.replacen('.', "\\.", 1);
    }
    let rest = line.trim_start_matches(['#', '-']);
    let is_block = rest.len() < line.len() && rest.starts_with(' ') || line.starts_with("----");
    if is_block {
        return format!("\\{line}");
    }
    line.to_owned()
}

fn card(node: &Value, appearance: &str) -> String {
    let url = attribute(node, "url");
    format!("[{url}|{url}|{appearance}]")
}

fn inline(node: &Value) -> String {
    match node["type"].as_str().unwrap_or_default() {
        "text" => marked(node),
        "hardBreak" => "\n".to_owned(),
        "mention" => format!("[~accountid:{}]", attribute(node, "id")),
        "inlineCard" => card(node, "smart-link"),
        "media" | "mediaInline" => {
            let names = ["alt", "url", "id"].map(|name| attribute(node, name));
            let name = names.into_iter().find(|name| !name.is_empty());
            format!("!{}!", name.unwrap_or_default())
        }
        "date" => {
            let milliseconds = attribute(node, "timestamp").parse().ok();
            let instant = milliseconds.and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
            instant.map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string())
        }
        // A leaf that markup has no word for: what people see of it.
        _ if children(node).is_empty() => {
            let names = ["text", "title", "shortName", "url"].map(|name| attribute(node, name));
            let seen = names.into_iter().find(|name| !name.is_empty());
            escaped(seen.unwrap_or_default())
        }
        _ => children(node).iter().map(inline).collect(),
    }
}

fn marked(node: &Value) -> String {
    let text = node["text"].as_str().unwrap_or_default();
    let marks = node["marks"].as_array().map_or(&[][..], Vec::as_slice);
    let is_code = marks.iter().any(|mark| mark["type"] == "code");
    let mut markup = if is_code {
        format!("{{{{{text}}}}}")
    } else {
        escaped(text)
    };
    // Marks stand around words only: `*a* ` and not `*a *`.
    let trimmed = markup.trim();
    if trimmed.is_empty() {
        return markup;
    }
    let start = markup.len() - markup.trim_start().len();
    let (before, after) = (
        markup[..start].to_owned(),
        markup[start + trimmed.len()..].to_owned(),
    );
    markup = trimmed.to_owned();
    for mark in marks.iter().rev() {
        let sign = match mark["type"].as_str().unwrap_or_default() {
            "strong" => "*",
            "em" => "_",
            "strike" => "-",
            "underline" => "+",
            "subsup" if attribute(mark, "type") == "sub" => "~",
            "subsup" => "^",
            "link" => {
                markup = format!("[{markup}|{}]", attribute(mark, "href"));
                continue;
            }
            "textColor" => {
                let color = attribute(mark, "color");
                markup = format!("{{color:{color}}}{markup}{{color}}");
                continue;
            }
            _ => continue,
        };
        markup = format!("{sign}{markup}{sign}");
    }
    format!("{before}{markup}{after}")
}

/// Text with a backslash before everything that would be markup.
fn escaped(text: &str) -> String {
    let mut markup = String::new();
    let characters: Vec<char> = text.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        let is_word = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric());
        let before = index.checked_sub(1).and_then(|at| characters.get(at));
        let is_within = is_word(before) && is_word(characters.get(index + 1));
        let is_markup = match character {
            '\\' | '{' | '}' | '[' | ']' | '|' => true,
            '*' | '_' | '+' | '^' | '~' => !is_within,
            '-' => !is_within && is_word(characters.get(index + 1)) != is_word(before),
            _ => false,
        };
        if is_markup {
            markup.push('\\');
        }
        markup.push(*character);
    }
    markup
}
