//! Answers of JSON that are written by hand, where most of the time of an answer is its writing.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// An answer of this JSON.
pub(crate) fn of_json(json: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(json));
    let of_json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, of_json);
    response
}

/// Writes the text that `append` appends, which is long and has in all likelihood no character that JSON
/// writes in another way (RFC 8259 §7): to look at all bytes for that together is far quicker than to look at
/// each how it is written.
pub(crate) fn write_text(json: &mut Vec<u8>, append: impl FnOnce(&mut Vec<u8>)) {
    json.push(b'"');
    let begin = json.len();
    append(json);
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    // Without an early end, so that the compiler takes many bytes at a time.
    let all_plain = |all: bool, &byte: &u8| all & is_plain(byte);
    if json[begin..].iter().fold(true, all_plain) {
        json.push(b'"');
    } else {
        let text = json.split_off(begin);
        let text = str::from_utf8(&text).expect("a text was appended");
        json.truncate(begin - 1);
        serde_json::to_writer(json, text).expect("a text is JSON, and memory takes it");
    }
}

#[cfg(test)]
mod tests {
    use super::write_text;

    #[test]
    fn a_text_is_written_as_serde_writes_it() {
        let mut texts = vec![
            String::new(),
            "eyJ.a-b_c".repeat(300),
            "é😀\u{7f}".to_owned(),
        ];
        texts.extend((0..=0x7f).map(|byte: u8| format!("a{}b", char::from(byte))));
        for text in texts {
            let mut json = Vec::new();
            write_text(&mut json, |json| json.extend_from_slice(text.as_bytes()));
            assert_eq!(json, serde_json::to_vec(&text).expect("a text is JSON"));
        }
    }
}
