//! What holds for any Markdown, however it is put together.

use proptest::prelude::*;
use serde_json::Value;

use super::{document, fits, markdown};
use crate::support::cases;

/// Markdown made of what it is made of.
fn any_markdown() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        4 => prop::sample::select(vec!["a", "b1", "é", "😄", " ", "  ", "    ", "\n", "\n", "\n\n", "\t"]),
        4 => prop::sample::select(vec![
            "*", "**", "_", "__", "~", "~~", "`", "``", "```\n", "~~~rs\n", "\\", "\\\n", "&amp;", "&#32;",
            "[", "]", "(", ")", "[a](b)", "![a](b)", "![](b)", "[x]: y\n", "<https://x.y>", "https://x.y/a_b", "http://", "<a@b.cd>", "!",
        ]),
        3 => prop::sample::select(vec![
            "# ", "###### ", "- ", "+ ", "* ", "1. ", "7) ", "> ", "> [!NOTE]\n> ", "> [!TIP]\n", "- [ ] ",
            "- [x] ", "[x]", "***\n", "---\n", "===\n", "| a | b |\n| - | - |\n", "| c |\n", "|", "| - |\n",
        ]),
        2 => prop::sample::select(vec![
            "<u>", "</u>", "<sub>", "</sub>", "<sup>", "</sup>", "<strong>", "</strong>", "<em>", "</em>",
            "<del>", "</del>", "<br>", "<details>\n", "<summary>t</summary>\n\n", "</details>\n\n", "<b>", "<!--", "-->",
        ]),
    ];
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

/// Every letter. Digits may number a list.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphabetic())
}

/// All texts of the document, one after the other.
fn texts(node: &Value) -> String {
    let own = node["text"].as_str().unwrap_or_default().to_owned();
    let inner = node["content"].as_array().into_iter().flatten();
    inner.fold(own, |text, node| text + &texts(node))
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn any_markdown_becomes_a_document_by_the_schema(words in any_markdown()) {
        fits(&document(&words));
    }

    #[test]
    fn any_text_becomes_a_document_by_the_schema(words in any::<String>()) {
        fits(&document(&words));
    }

    #[test]
    fn what_comes_back_stays(words in any_markdown()) {
        let once = markdown(&document(&words));
        let again = markdown(&document(&once));
        prop_assert_eq!(&once, &again, "from {:?}", words);
    }

    #[test]
    fn no_letter_of_plain_text_is_lost(words in "[a-z0-9 \n.,;:?()'\"/-]{0,80}") {
        let read = texts(&document(&words));
        prop_assert_eq!(letters(&read).collect::<String>(), letters(&words).collect::<String>());
    }
}
