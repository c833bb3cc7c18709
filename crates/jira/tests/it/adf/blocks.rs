//! What stands on its own.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{document, marked, node, of_blocks, paragraph, text};

fn item(content: &[Value]) -> Value {
    node("listItem", content)
}

fn bullets(items: &[Value]) -> Value {
    node("bulletList", items)
}

fn numbers(order: u64, items: &[Value]) -> Value {
    json!({"type": "orderedList", "attrs": {"order": order}, "content": items})
}

#[test]
fn paragraphs_are_apart_and_empty_ones_gone() {
    let document =
        json!([paragraph("one"), {"type": "paragraph"}, paragraph(" "), paragraph("two")]);
    assert_eq!(of_blocks(&document), "one\n\ntwo");
    assert_eq!(of_blocks(&json!([])), "");
}

#[test]
fn lists_nest_by_the_width_of_their_markers() {
    let document = json!([
        bullets(&[
            item(&[
                paragraph("a"),
                numbers(
                    1,
                    &[
                        item(&[paragraph("a1"), bullets(&[item(&[paragraph("deep")])])]),
                        item(&[paragraph("a2")])
                    ]
                )
            ]),
            item(&[paragraph("b")]),
        ]),
        paragraph("between"),
        numbers(
            9,
            &[
                item(&[paragraph("nine")]),
                item(&[
                    paragraph("ten"),
                    bullets(&[item(&[paragraph("below ten")])])
                ]),
            ]
        ),
    ]);
    assert_snapshot!(of_blocks(&document), @r"
    - a
      1. a1
         - deep
      2. a2
    - b

    between

    9. nine
    10. ten
        - below ten
    ");
}

#[test]
fn an_item_of_several_blocks_keeps_them() {
    let code = json!({"type": "codeBlock", "content": [text("x\n\ny")]});
    let document = json!([bullets(&[
        item(&[paragraph("a"), paragraph("more of a"), code]),
        item(&[paragraph("b")]),
    ])]);
    assert_snapshot!(of_blocks(&document), @r"
    - a

      more of a

      ```
      x

      y
      ```

    - b
    ");
}

#[test]
fn lists_side_by_side_stay_two() {
    let one = |words| bullets(&[item(&[paragraph(words)])]);
    let two = |words| numbers(1, &[item(&[paragraph(words)])]);
    let document = json!([one("a"), one("b"), one("c"), two("d"), two("e")]);
    assert_snapshot!(of_blocks(&document), @r"
    - a

    + b

    - c

    1. d

    1) e
    ");
}

#[test]
fn a_list_that_may_not_interrupt_text_has_a_blank_line_above() {
    let document = json!([bullets(&[
        item(&[paragraph("a"), numbers(2, &[item(&[paragraph("second")])])]),
        item(&[paragraph("b"), bullets(&[item(&[])])]),
        item(&[bullets(&[item(&[paragraph("no text above")])])]),
    ])]);
    assert_snapshot!(of_blocks(&document), @r"
    - a

      2. second

    - b

      -

    - - no text above
    ");
}

#[test]
fn points_inside_points_are_no_rule() {
    let empty = |levels: usize| {
        (0..levels).fold(json!({"type": "paragraph"}), |inner, _| {
            bullets(&[item(&[inner])])
        })
    };
    assert_eq!(of_blocks(&json!([empty(2)])), "- -");
    assert_eq!(of_blocks(&json!([empty(3)])), "- + -");
    assert_eq!(of_blocks(&json!([empty(5)])), "- - - + -");
    let two = bullets(&[item(&[
        bullets(&[item(&[empty(1)]), item(&[paragraph("a")])]),
        bullets(&[item(&[paragraph("b")])]),
    ])]);
    assert_eq!(of_blocks(&json!([two])), "- + -\n  + a\n\n  - b");
}

#[test]
fn numbers_start_where_the_list_says() {
    let list = |order: Value| {
        let items = [item(&[paragraph("x")])];
        of_blocks(&json!([{"type": "orderedList", "attrs": {"order": order}, "content": items}]))
    };
    assert_eq!(list(json!(0)), "0. x");
    assert_eq!(list(json!(7)), "7. x");
    assert_eq!(list(json!(u64::MAX)), "999000000. x");
    assert_eq!(list(json!("seven")), "1. x");
}

#[test]
fn tasks_and_decisions_are_lists() {
    let task = |state: &str, words: &str| json!({"type": "taskItem", "attrs": {"state": state}, "content": [text(words)]});
    let document = json!([
        node(
            "taskList",
            &[
                task("DONE", "write"),
                task("TODO", "test"),
                node(
                    "taskList",
                    &[task("DONE", "one by one"), task("TODO", "all at once")]
                ),
                json!({"type": "blockTaskItem", "attrs": {"state": "DONE"}, "content": [paragraph("rest")]}),
            ]
        ),
        node(
            "decisionList",
            &[
                json!({"type": "decisionItem", "attrs": {"state": "DECIDED"}, "content": [text("ship it")]})
            ]
        ),
    ]);
    assert_snapshot!(of_blocks(&document), @r"
    - [x] write
    - [ ] test
      - [x] one by one
      - [ ] all at once
    - [x] rest
    - **Decision:** ship it
    ");
}

#[test]
fn quotes_and_panels_prefix_their_lines() {
    let panel = |kind: &str| json!({"type": "panel", "attrs": {"panelType": kind}, "content": [paragraph(kind)]});
    let kinds = [
        "info", "note", "tip", "warning", "error", "success", "custom",
    ];
    let mut document = vec![node(
        "blockquote",
        &[paragraph("a"), bullets(&[item(&[paragraph("b")])])],
    )];
    document.extend(kinds.map(panel));
    assert_snapshot!(of_blocks(&json!(document)), @r"
    > a
    >
    > - b

    > [!NOTE]
    > info

    > [!IMPORTANT]
    > note

    > [!TIP]
    > tip

    > [!WARNING]
    > warning

    > [!CAUTION]
    > error

    > [!TIP]
    > success

    > [!NOTE]
    > custom
    ");
}

#[test]
fn a_fence_is_longer_than_any_inside() {
    let code = |language: Value, words: &str| {
        of_blocks(
            &json!([{"type": "codeBlock", "attrs": {"language": language}, "content": [text(words)]}]),
        )
    };
    assert_eq!(
        code(json!("rust"), "*x* = `y`;"),
        "```rust\n*x* = `y`;\n```"
    );
    assert_eq!(
        code(Value::Null, "```\nx\n````"),
        "`````\n```\nx\n````\n`````"
    );
    assert_eq!(code(json!("a`b\nc"), "x\n"), "```abc\nx\n\n```");
    assert_eq!(of_blocks(&json!([{"type": "codeBlock"}])), "```\n```");
    let odd = code(json!(r"\~&amp;"), "x");
    assert_eq!(odd, "```\\\\~\\&amp;\nx\n```");
    assert_eq!(
        document(&odd)["content"][0]["attrs"]["language"],
        r"\~&amp;"
    );
}

#[test]
fn expands_fold() {
    let document = json!([{"type": "expand", "attrs": {"title": "More <b> & less"}, "content": [
        paragraph("hidden"),
        {"type": "nestedExpand", "attrs": {"title": ""}, "content": [paragraph("deeper")]},
    ]}]);
    assert_snapshot!(of_blocks(&document), @r"
    <details>
    <summary>More &lt;b&gt; &amp; less</summary>

    hidden

    <details>

    deeper

    </details>

    </details>
    ");
}

#[test]
fn a_table_has_one_head_row_and_cells_of_one_line() {
    let head = |words| node("tableHeader", &[paragraph(words)]);
    let cell = |content: &[Value]| node("tableCell", content);
    let code = json!({"type": "codeBlock", "content": [text("a | b\nc")]});
    let document = json!([node(
        "table",
        &[
            node("tableRow", &[head("Name"), head("a | b")]),
            node(
                "tableRow",
                &[
                    cell(&[paragraph("one"), paragraph("two\nthree")]),
                    cell(&[
                        bullets(&[item(&[paragraph("x")]), item(&[paragraph("y")])]),
                        code
                    ]),
                ]
            ),
            node(
                "tableRow",
                &[cell(&[node("paragraph", &[marked("x|y", &["code"])])])]
            ),
        ]
    )]);
    assert_snapshot!(of_blocks(&document), @r"
    | Name | a \| b |
    | --- | --- |
    | one<br>two<br>three | - x<br>- y<br>`a \| b`<br>`c` |
    | `x\|y` |  |
    ");
}

#[test]
fn an_address_with_a_bar_comes_back_from_a_cell() {
    let href = "https://x.y/a|b";
    let link =
        json!({"type": "text", "text": href, "marks": [{"type": "link", "attrs": {"href": href}}]});
    let cell = node("tableHeader", &[node("paragraph", &[link])]);
    let table = json!([node("table", &[node("tableRow", &[cell])])]);
    let markdown = of_blocks(&table);
    assert_snapshot!(markdown, @r"
    | [https://x.y/a\|b](https://x.y/a\|b) |
    | --- |
    ");
    assert_eq!(document(&markdown)["content"], table);
}

#[test]
fn a_table_without_a_head_row_gets_an_empty_one() {
    let cell = |words| node("tableCell", &[paragraph(words)]);
    let head = |words| node("tableHeader", &[paragraph(words)]);
    let document = json!([node(
        "table",
        &[
            node("tableRow", &[head("row"), cell("1")]),
            node("tableRow", &[head("head"), cell("2")]),
        ]
    )]);
    assert_snapshot!(of_blocks(&document), @r"
    |  |  |
    | --- | --- |
    | row | 1 |
    | head | 2 |
    ");
    assert_eq!(of_blocks(&json!([{"type": "table"}])), "");
}

#[test]
fn spanning_cells_keep_the_columns_in_line() {
    let cell = |words: &str, columns: u64, rows: u64| json!({"type": "tableHeader", "attrs": {"colspan": columns, "rowspan": rows}, "content": [paragraph(words)]});
    let document = json!([node(
        "table",
        &[
            node("tableRow", &[cell("a", 2, 1), cell("b", 1, 3)]),
            node("tableRow", &[cell("c", 1, 2), cell("d", 1, 1)]),
            node("tableRow", &[cell("e", 1, 1)]),
            node(
                "tableRow",
                &[cell("f", 1, 1), cell("g", 1, 1), cell("h", 1, 1)]
            ),
        ]
    )]);
    assert_snapshot!(of_blocks(&document), @r"
    | a |  | b |
    | --- | --- | --- |
    | c | d |  |
    |  | e |  |
    | f | g | h |
    ");
}

#[test]
fn media_is_named_and_captions_follow() {
    let media = |attrs: Value| json!({"type": "media", "attrs": attrs});
    let document = json!([
        node(
            "mediaSingle",
            &[
                media(json!({"type": "file", "id": "f1", "alt": "screen.png"})),
                node("caption", &[text("How it looks")]),
            ]
        ),
        node(
            "mediaGroup",
            &[
                media(json!({"type": "file", "id": "f2"})),
                media(json!({"type": "file", "id": "f3"}))
            ]
        ),
        node(
            "mediaSingle",
            &[media(
                json!({"type": "external", "url": "https://x.y/a.png", "alt": "a"})
            )]
        ),
    ]);
    assert_snapshot!(of_blocks(&document), @r"
    [attachment: screen.png]

    How it looks

    [attachment]

    [attachment]

    ![a](https://x.y/a.png)
    ");
}

#[test]
fn rules_cards_layouts_and_extensions_are_written() {
    let document = json!([
        paragraph("a"),
        {"type": "rule"},
        {"type": "blockCard", "attrs": {"url": "https://x.y/card"}},
        {"type": "embedCard", "attrs": {"url": "https://x.y/embed", "layout": "wide"}},
        node("layoutSection", &[node("layoutColumn", &[paragraph("left")]), node("layoutColumn", &[paragraph("right")])]),
        {"type": "extension", "attrs": {"extensionType": "t", "extensionKey": "chart", "parameters": {}}},
        {"type": "extension", "attrs": {"extensionKey": "chart", "text": "A chart"}},
        {"type": "bodiedExtension", "attrs": {"extensionKey": "k"}, "content": [paragraph("body")]},
        node("multiBodiedExtension", &[node("extensionFrame", &[paragraph("frame")])]),
        {"type": "syncBlock", "attrs": {"resourceId": "r"}},
        {"type": "bodiedSyncBlock", "attrs": {"resourceId": "r"}, "content": [paragraph("synced")]},
    ]);
    assert_snapshot!(of_blocks(&document), @r"
    a

    ***

    <https://x.y/card>

    <https://x.y/embed>

    left

    right

    \[chart\]

    A chart

    body

    frame

    \[syncBlock\]

    synced
    ");
}

#[test]
fn an_unknown_block_shows_what_it_holds() {
    let document = json!([
        node("novelty", &[paragraph("inside"), bullets(&[item(&[paragraph("point")])])]),
        node("novelty", &[text("bare "), marked("text", &["strong"])]),
        {"type": "novelty", "attrs": {"title": "# Title"}},
    ]);
    assert_snapshot!(of_blocks(&document), @r"
    inside

    - point

    bare **text**

    \# Title
    ");
}
