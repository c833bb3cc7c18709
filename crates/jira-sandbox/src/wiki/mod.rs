//! Rich text as version 2 of Jira's API has it: wiki markup in place of documents.
//!
//! The world keeps documents. [`from_document`] writes them as markup, [`to_document`] reads markup
//! that comes in, as far as the common half of it goes; what it does not know stays as it is
//! written. The markup: <https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all>.

mod fences;
mod inline;
mod read;
mod write;

pub(crate) use read::to_document;
pub(crate) use write::from_document;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{from_document, to_document};

    fn document(content: &Value) -> Value {
        json!({"type": "doc", "version": 1, "content": content})
    }

    /// Markup that means a document, and which the document is written as.
    fn both_ways(markup: &str, content: &Value) {
        let document = document(content);
        assert_eq!(to_document(markup), document, "{markup}");
        assert_eq!(from_document(&document), markup);
    }

    fn text(text: &str) -> Value {
        json!({"type": "text", "text": text})
    }

    fn marked(text: &str, kinds: &[&str]) -> Value {
        let marks: Vec<Value> = kinds.iter().map(|kind| json!({"type": kind})).collect();
        json!({"type": "text", "text": text, "marks": marks})
    }

    fn paragraph(content: &Value) -> Value {
        json!({"type": "paragraph", "content": content})
    }

    #[test]
    fn blocks_go_both_ways() {
        let words = |words: &str| paragraph(&json!([text(words)]));
        both_ways("", &json!([]));
        both_ways(
            "One\nline.\n\nAnother.",
            &json!([
                paragraph(&json!([text("One"), {"type": "hardBreak"}, text("line.")])),
                words("Another."),
            ]),
        );
        both_ways(
            "h2. Title\n\n----\n\n{quote}\nSaid.\n{quote}",
            &json!([
                {"type": "heading", "attrs": {"level": 2}, "content": [text("Title")]},
                {"type": "rule"},
                {"type": "blockquote", "content": [words("Said.")]},
            ]),
        );
        both_ways(
            "{code:rust}\nlet a = [1]; // *b*\n{code}\n\n{code}\nplain\n{code}",
            &json!([
                {"type": "codeBlock", "attrs": {"language": "rust"}, "content": [text("let a = [1]; // *b*")]},
                {"type": "codeBlock", "content": [text("plain")]},
            ]),
        );
        both_ways(
            "{info}\nGood to know.\n{info}",
            &json!([{"type": "panel", "attrs": {"panelType": "info"}, "content": [words("Good to know.")]}]),
        );
        let item = |content: &Value| json!({"type": "listItem", "content": content});
        both_ways(
            "* a\n*# b\n*# c\n* d",
            &json!([{"type": "bulletList", "content": [
                item(&json!([words("a"), {"type": "orderedList", "content": [
                    item(&json!([words("b")])), item(&json!([words("c")])),
                ]}])),
                item(&json!([words("d")])),
            ]}]),
        );
        let cell = |kind: &str, content: &str| json!({"type": kind, "content": [words(content)]});
        both_ways(
            "||Week||Errors||\n|39|a \\| b|",
            &json!([{"type": "table", "content": [
                {"type": "tableRow", "content": [cell("tableHeader", "Week"), cell("tableHeader", "Errors")]},
                {"type": "tableRow", "content": [cell("tableCell", "39"), cell("tableCell", "a | b")]},
            ]}]),
        );
    }

    #[test]
    fn marks_and_links_go_both_ways() {
        let link = |href: &str| json!([{"type": "link", "attrs": {"href": href}}]);
        both_ways(
            "*a* *_b_* {{c*d}} -e- +f+ H~2~O ^g^",
            &json!([paragraph(&json!([
                marked("a", &["strong"]),
                text(" "),
                marked("b", &["strong", "em"]),
                text(" "),
                marked("c*d", &["code"]),
                text(" "),
                marked("e", &["strike"]),
                text(" "),
                marked("f", &["underline"]),
                text(" H~2~O "),
                {"type": "text", "text": "g", "marks": [{"type": "subsup", "attrs": {"type": "sup"}}]},
            ]))]),
        );
        both_ways(
            "[here|https://docs.example/a] [~accountid:712020:x] [https://docs.example/b|https://docs.example/b|smart-link]",
            &json!([paragraph(&json!([
                {"type": "text", "text": "here", "marks": link("https://docs.example/a")},
                text(" "),
                {"type": "mention", "attrs": {"id": "712020:x"}},
                text(" "),
                {"type": "inlineCard", "attrs": {"url": "https://docs.example/b"}},
            ]))]),
        );
    }

    #[test]
    fn blocks_in_braces_begin_and_end_anywhere_in_a_line() {
        let words = |words: &str| paragraph(&json!([text(words)]));
        let code = |content: &str| json!({"type": "codeBlock", "content": [text(content)]});
        let quote = |content: Value| json!({"type": "blockquote", "content": content});
        for (markup, content) in [
            ("{code}const x = 1;{code}", json!([code("const x = 1;")])),
            (
                "See {code}a\n b{code} there.",
                json!([words("See"), code("a\n b"), words("there.")]),
            ),
            (
                "{noformat}*a*{noformat}\r\nb",
                json!([code("*a*"), words("b")]),
            ),
            (
                "{quote}Said.{quote} {quote}Too.\n{quote}",
                json!([
                    quote(json!([words("Said.")])),
                    quote(json!([words("Too.")]))
                ]),
            ),
            (
                "{quote}{code}x{code}{quote}",
                json!([quote(json!([code("x")]))]),
            ),
            (
                "{code:java|title=a}x{code}",
                json!([{"type": "codeBlock", "attrs": {"language": "java"}, "content": [text("x")]}]),
            ),
            ("{code}never closed", json!([words("{code}never closed")])),
            (
                "{{code}} {code}",
                json!([paragraph(&json!([
                    marked("code", &["code"]),
                    text(" {code}")
                ]))]),
            ),
        ] {
            assert_eq!(to_document(markup), document(&content), "{markup}");
        }
        // An item is one line.
        assert_eq!(
            to_document("* a {code}x{code}")["content"][0]["type"],
            "bulletList"
        );
    }

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        for words in [
            "2 * 3 * 4 = *24*",
            "_init_ {x} [y] a|b \\ c",
            "h1. no title",
            "# no list",
            "- no list",
            "---- no rule",
            "{code}",
            "well-known, a+b, x^2, -1",
            "|no|table|",
        ] {
            let content = json!([paragraph(&json!([text(words)]))]);
            let markup = from_document(&document(&content));
            assert_eq!(to_document(&markup), document(&content), "{markup}");
        }
    }

    #[test]
    fn marks_nest() {
        let content = json!([marked("a ", &["strong"]), marked("b", &["strong", "em"])]);
        assert_eq!(
            to_document("*a _b_*"),
            document(&json!([paragraph(&content)]))
        );
    }

    #[test]
    fn any_text_is_read() {
        for markup in [
            "{code",
            "{code}\nnever closed",
            "[",
            "[a|",
            "*",
            "**",
            "{{",
            "||",
            "|",
            "\\",
            "{color:red}",
            "{quote}",
            "*a",
            "é*ü*ö",
            "{panel:title=a|b}\nx\n{panel}",
            "\r\n\r\n",
        ] {
            assert_eq!(to_document(markup)["type"], "doc", "{markup}");
        }
        let deep = format!("{} a", "*".repeat(10_000));
        assert_eq!(to_document(&deep)["type"], "doc");
        for brace in [
            "{quote}\n",
            "{code:a}",
            "{quote}{code}",
            "{panel:x}{info:y}",
        ] {
            assert_eq!(to_document(&brace.repeat(10_000))["type"], "doc");
        }
    }
}
