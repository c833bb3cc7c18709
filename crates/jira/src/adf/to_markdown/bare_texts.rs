//! The last resort: the texts of a document that is not fit to become a tree.

use super::escape;

/// The string under each `"text"` of `json`, a paragraph each. `json` is valid; it is scanned
/// from left to right, so that depth costs nothing.
pub(in crate::adf) fn bare_texts(json: &str) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut rest = json;
    let mut is_text = false;
    while let Some(start) = rest.find('"') {
        let literal = string_literal(&rest[start..]);
        rest = &rest[start + literal.len()..];
        let is_key = rest.trim_start().starts_with(':');
        if is_text && !is_key {
            // Half of a surrogate pair is valid JSON and no text; it is shown as it is written.
            let text = juncture_json::decode(literal).unwrap_or_else(|_| literal.to_owned());
            texts.push(escape::line_starts(&escape::text(&text)));
        }
        is_text = is_key
            && literal == r#""text""#
            && rest
                .trim_start_matches([':', ' ', '\n', '\r', '\t'])
                .starts_with('"');
    }
    texts.retain(|text| !text.is_empty());
    texts.join("\n\n")
}

/// The literal that `json` starts with, quotes included.
fn string_literal(json: &str) -> &str {
    let mut is_escaped = false;
    for (index, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return &json[..=index],
            _ => {}
        }
    }
    json
}
