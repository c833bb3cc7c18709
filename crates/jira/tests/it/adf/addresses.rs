//! Addresses and mentions in text, and text that only looks like them.

use serde_json::{Value, json};

use super::{document, fits, markdown, of_line, text};

/// All links of the document by their targets, and its text.
fn links(markdown: &str) -> (Vec<String>, String) {
    fn collect(node: &Value, links: &mut Vec<String>, words: &mut String) {
        words.push_str(node["text"].as_str().unwrap_or_default());
        for mark in node["marks"].as_array().into_iter().flatten() {
            links.extend(mark["attrs"]["href"].as_str().map(str::to_owned));
        }
        for child in node["content"].as_array().into_iter().flatten() {
            collect(child, links, words);
        }
    }
    let document = document(markdown);
    fits(&document);
    let (mut links, mut words) = (Vec::new(), String::new());
    collect(&document, &mut links, &mut words);
    (links, words)
}

#[test]
fn addresses_are_found_before_anything_in_them_is_read() {
    for (words, addresses) in [
        (
            "see https://code.example/x/blob/main/__tests__/a_test.js now",
            &["https://code.example/x/blob/main/__tests__/a_test.js"][..],
        ),
        (
            "https://code.example/pkg/__init__.py",
            &["https://code.example/pkg/__init__.py"],
        ),
        (
            "https://shop.example/p?item=1&ref=a1-_-b2-_-c3",
            &["https://shop.example/p?item=1&ref=a1-_-b2-_-c3"],
        ),
        (
            "https://example.com/_next/_a_/b",
            &["https://example.com/_next/_a_/b"],
        ),
        (
            "https://example.com/a*b*c and https://example.com/~~x~~/y",
            &["https://example.com/a*b*c", "https://example.com/~~x~~/y"],
        ),
        (
            "https://x.y/[a](b) and https://x.y/a[1]/!b",
            &["https://x.y/[a](b)", "https://x.y/a[1]/!b"],
        ),
        ("HTTPS://EXAMPLE.COM/_A_x", &["HTTPS://EXAMPLE.COM/_A_x"]),
        (
            "- https://x.y/_a_x\n- > https://x.y/_b_x",
            &["https://x.y/_a_x", "https://x.y/_b_x"],
        ),
        ("请看https://x.y/_a_x", &["https://x.y/_a_x"]),
    ] {
        let (found, shown) = links(words);
        assert_eq!(found, addresses, "{words}");
        let shown_lines = words
            .replace("- > ", "")
            .replace("\n- ", "")
            .replace("- ", "");
        if !words.starts_with("- ") {
            assert_eq!(shown, shown_lines, "{words}");
        }
    }
    // Marks around stay marks, brackets and signs at the end belong to the sentence.
    let (found, shown) = links(
        "**https://example.com/a** and (https://example.com/a_(b)) and _https://example.com/it_.",
    );
    assert_eq!(
        found,
        [
            "https://example.com/a",
            "https://example.com/a_(b)",
            "https://example.com/it"
        ]
    );
    assert_eq!(
        shown,
        "https://example.com/a and (https://example.com/a_(b)) and https://example.com/it."
    );
    // A backslash in front of a sign is no part of the address.
    assert_eq!(links(r"https://x.y/a\_b\_c").0, ["https://x.y/a_b_c"]);
    // What is a link, code or HTML already stays that.
    assert_eq!(
        links("[_a_](https://x.y/_b_x) `https://x.y/_c_x` <a href=\"https://x.y/_d_x\">e</a>").0,
        ["https://x.y/_b_x", "https://x.y/_d_x"]
    );
    assert_eq!(
        links("| https://x.y/_a_x | b |\n| - | - |\n| c | https://x.y/_d_x |").0,
        ["https://x.y/_a_x", "https://x.y/_d_x"]
    );
}

#[test]
fn addresses_without_a_scheme_and_of_mail_are_links() {
    for (words, target, shown) in [
        (
            "see www.example.com now",
            "http://www.example.com",
            "www.example.com",
        ),
        (
            "(www.example.com/a_b_c).",
            "http://www.example.com/a_b_c",
            "www.example.com/a_b_c",
        ),
        (
            "WWW.EXAMPLE.COM",
            "http://WWW.EXAMPLE.COM",
            "WWW.EXAMPLE.COM",
        ),
        (
            "mail bob@example.com now",
            "mailto:bob@example.com",
            "bob@example.com",
        ),
        (
            "a.b-c_d+e@sub.example.co.uk.",
            "mailto:a.b-c_d+e@sub.example.co.uk",
            "a.b-c_d+e@sub.example.co.uk",
        ),
    ] {
        let line = &document(words)["content"][0]["content"];
        let link = json!({"type": "text", "text": shown, "marks": [{"type": "link", "attrs": {"href": target}}]});
        assert!(line.as_array().unwrap().contains(&link), "{words}: {line}");
    }
    for words in [
        "bob@example",
        "bob@-a.b",
        "bob@a.b-",
        "@a.b",
        "a@b..c",
        "wwww.x.y",
        "x.www.y",
        "user/www.x.y",
    ] {
        assert_eq!(links(words), (vec![], words.to_owned()), "{words}");
    }
}

#[test]
fn wiki_links_are_neither_swallowed_nor_wrong() {
    for (words, addresses) in [
        (
            "see [the doc|https://example.com/doc] and {{code}}",
            &["https://example.com/doc"][..],
        ),
        ("\"[https://example.com/b]\"", &["https://example.com/b"]),
        (
            "[https://example.com/c|https://example.com/c|smart-link]",
            &["https://example.com/c", "https://example.com/c"],
        ),
        ("[[Page]] and [[Page|text]] and [^log.txt] and [~jdoe]", &[]),
        ("!shot.png|thumbnail!", &[]),
        ("{\"url\":\"https://x.y/a\",\"n\":1}", &["https://x.y/a"]),
    ] {
        assert_eq!(
            links(words),
            (
                addresses
                    .iter()
                    .map(|address| (*address).to_owned())
                    .collect(),
                words.to_owned()
            )
        );
    }
}

#[test]
fn plain_addresses_come_out_without_backslashes() {
    for words in [
        "see https://code.example/x/__tests__/a_test.js now",
        "https://x.y/a*b*c, and www.example.com/_a_x?",
        "(https://x.y/[a]~b)",
    ] {
        assert_eq!(of_line(&json!([text(words)])), words);
        assert_eq!(links(words).1, words);
    }
    // Where text goes on, the end would be another.
    let strong = json!({"type": "text", "text": "b", "marks": [{"type": "strong"}]});
    let line = of_line(&json!([text("https://x.y/_a_x"), strong]));
    assert_eq!(links(&line).1, "https://x.y/_a_xb");
}

#[test]
fn mentions_dates_and_statuses_come_back() {
    let line = |words: &str| document(words)["content"][0]["content"].clone();
    let mention =
        json!({"type": "mention", "attrs": {"id": "557058:5b10-a2_84", "text": "@Anna Gray"}});
    assert_eq!(
        line("[@Anna Gray](accountid:557058:5b10-a2_84)"),
        json!([mention])
    );
    assert_eq!(
        line("**[Anna Gray](<accountid:557058:5b10-a2_84>)**"),
        json!([mention])
    );
    let bare = json!({"type": "mention", "attrs": {"id": "5b10a2844c20165700ede21g"}});
    assert_eq!(
        line("[~accountid:5b10a2844c20165700ede21g] please look"),
        json!([bare, text(" please look")])
    );
    assert_eq!(
        line("[](accountid:5b10a2844c20165700ede21g)"),
        json!([bare])
    );
    let date = json!({"type": "date", "attrs": {"timestamp": "1767225600000"}});
    assert_eq!(line("[New Year](date:2026-01-01)"), json!([date]));
    let status = json!({"type": "status", "attrs": {"text": "IN REVIEW", "color": "#ff00aa"}});
    assert_eq!(line("[IN REVIEW](status:#ff00aa)"), json!([status]));
    for words in [
        "[a](date:2026-13-01)",
        "[a](status:mauve)",
        "[a](accountid:)",
        "[a](date:soon)",
    ] {
        assert_eq!(links(words).0.len(), 1, "{words}");
    }
    let words = "Hi [@Anna Gray](accountid:5b10a2844c20165700ede21g), by [2026-01-01](date:2026-01-01): [DONE](status:green)";
    assert_eq!(markdown(&document(words)), words);
    fits(&document(words));
}
