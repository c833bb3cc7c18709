//! An edit keeps what Markdown cannot say.

use juncture_jira::adf::{self, Edited, LostFile};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::{fits, markdown, marked, node, of_blocks, paragraph, text};

fn doc(blocks: &Value) -> Value {
    json!({"version": 1, "type": "doc", "content": blocks})
}

#[track_caller]
fn edit(present: &Value, markdown: &str) -> Edited {
    let edited = adf::edit(&to_raw_value(present).unwrap(), markdown).unwrap();
    fits(&edited.document);
    edited
}

/// The document after a replacement in its Markdown.
#[track_caller]
fn replaced(present: &Value, from: &str, to: &str) -> Edited {
    let words = markdown(present);
    assert!(words.contains(from), "{from:?} is not in {words}");
    edit(present, &words.replace(from, to))
}

/// A document of what people put into descriptions.
fn report() -> Value {
    let red = json!({"type": "text", "text": "red", "marks": [{"type": "textColor", "attrs": {"color": "#ff0000"}}]});
    let cell = |kind: &str, content: Value| json!({"type": kind, "content": content});
    let points = node(
        "bulletList",
        &[
            node("listItem", &[paragraph("a")]),
            node("listItem", &[paragraph("b")]),
        ],
    );
    let task = |id: &str, state: &str, words: &str| json!({"type": "taskItem", "attrs": {"localId": id, "state": state}, "content": [text(words)]});
    doc(&json!([
        {"type": "heading", "attrs": {"level": 2}, "content": [text("Report")]},
        {"type": "paragraph", "content": [
            text("Hi "),
            {"type": "mention", "attrs": {"id": "5b10a2844c20165700ede21g", "text": "@Anna Gray", "accessLevel": "CONTAINER"}},
            text(" by "),
            {"type": "date", "attrs": {"timestamp": "1767225600000", "localId": "d"}},
            text(" "),
            {"type": "status", "attrs": {"text": "BLOCKED", "color": "red", "localId": "s"}},
        ]},
        {"type": "mediaSingle", "attrs": {"layout": "wrap-left", "width": 100, "widthType": "pixel"}, "content": [
            {"type": "media", "attrs": {"id": "6e7c7f2c-aaaa", "type": "file", "collection": "", "alt": "shot.png", "width": 100, "height": 50}},
            {"type": "caption", "content": [text("How it looks")]},
        ]},
        {"type": "paragraph", "content": [
            text("See "),
            {"type": "inlineCard", "attrs": {"url": "https://field.atlassian.net/browse/FLD-1"}},
            text(" "),
            {"type": "emoji", "attrs": {"shortName": ":warning:", "id": "26a0", "text": "⚠️"}},
            text(" now "),
            red,
        ]},
        {"type": "panel", "attrs": {"panelType": "success", "localId": "p"}, "content": [paragraph("careful"), paragraph("twice")]},
        {"type": "paragraph"},
        {"type": "taskList", "attrs": {"localId": "l"}, "content": [task("a", "TODO", "one"), task("task-1", "DONE", "two")]},
        {"type": "table", "attrs": {"layout": "wide", "isNumberColumnEnabled": false}, "content": [
            node("tableRow", &[cell("tableHeader", json!([paragraph("h")])), cell("tableHeader", json!([paragraph("i")]))]),
            node("tableRow", &[
                json!({"type": "tableCell", "attrs": {"background": "#eeeeee"}, "content": [points]}),
                cell("tableCell", json!([paragraph("c")])),
            ]),
            node("tableRow", &[cell("tableCell", json!([paragraph("d")])), cell("tableCell", json!([paragraph("e")]))]),
        ]},
        {"type": "layoutSection", "content": [
            {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph("left side"), paragraph("more left")]},
            {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph("right side")]},
        ]},
        {"type": "blockCard", "attrs": {"url": "https://x.y/card"}},
        {"type": "extension", "attrs": {"extensionType": "t", "extensionKey": "chart", "parameters": {"a": [1.5, null]}}},
        {"type": "orderedList", "content": [
            node("listItem", &[paragraph("first point")]),
            {"type": "listItem", "attrs": {"localId": "x"}, "content": [
                paragraph("second point"),
                node("bulletList", &[node("listItem", &[node("paragraph", &[json!({"type": "emoji", "attrs": {"shortName": ":blue_star:", "id": "c1"}})])])]),
            ]},
        ]},
        paragraph("typo heer"),
    ]))
}

/// Fails unless the documents differ in the blocks of these numbers alone.
#[track_caller]
fn differs_only_in(edited: &Edited, present: &Value, blocks: &[usize]) {
    let (old, new) = (
        present["content"].as_array().unwrap(),
        edited.document["content"].as_array().unwrap(),
    );
    assert_eq!(old.len(), new.len(), "{:#}", edited.document);
    for (index, (old, new)) in old.iter().zip(new).enumerate() {
        let (old, new) = (old.to_string(), new.to_string());
        let is_same = old == new;
        assert_eq!(is_same, !blocks.contains(&index), "block {index}: {new:#}");
    }
}

#[test]
fn one_word_is_mended_and_all_else_stays() {
    let edited = replaced(&report(), "heer", "here");
    differs_only_in(&edited, &report(), &[12]);
    assert_eq!(edited.document["content"][12], paragraph("typo here"));
    assert!(edited.is_changed && edited.lost.is_empty() && edited.lost_files.is_empty());
}

#[test]
fn what_says_nothing_new_changes_nothing() {
    let words = markdown(&report());
    for same in [
        words.clone(),
        format!("\n{words}\n\n"),
        words.replace('\n', "\r\n"),
        words.replace("\n- ", "\n* ").replace("***", "---"),
    ] {
        let edited = edit(&report(), &same);
        assert!(!edited.is_changed, "{same}");
        assert_eq!(edited.document.to_string(), report().to_string());
    }
}

#[test]
fn in_a_changed_line_the_nodes_and_colours_stay() {
    let edited = replaced(&report(), "Hi ", "Hello, dear ");
    differs_only_in(&edited, &report(), &[1]);
    let line = &edited.document["content"][1]["content"];
    assert_eq!(line[0], text("Hello, dear "));
    for index in 1..6 {
        assert_eq!(line[index], report()["content"][1]["content"][index]);
    }
    let edited = replaced(&report(), "See ", "Look at **this**: ");
    differs_only_in(&edited, &report(), &[3]);
    let line = edited.document["content"][3]["content"].as_array().unwrap();
    assert_eq!(
        line[0..3],
        [text("Look at "), marked("this", &["strong"]), text(": ")]
    );
    assert_eq!(
        line[3..],
        report()["content"][3]["content"].as_array().unwrap()[1..]
    );
    // A word in colour that is changed keeps its colour.
    let edited = replaced(&report(), "now red", "now really red indeed");
    let line = edited.document["content"][3]["content"].as_array().unwrap();
    assert_eq!(line[line.len() - 2], report()["content"][3]["content"][5]);
    let edited = replaced(&report(), "now red", "now rot");
    let last = edited.document["content"][3]["content"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&last["text"], &last["marks"][0]["type"]),
        (&json!("rot"), &json!("textColor"))
    );
    assert!(edited.lost.is_empty());
}

#[test]
fn blocks_that_move_and_blocks_between_them_stay() {
    let words = markdown(&report());
    let mut blocks: Vec<&str> = words.split("\n\n").collect();
    let last = blocks.pop().unwrap();
    blocks.insert(1, last);
    blocks.insert(3, "A new one.");
    let edited = edit(&report(), &blocks.join("\n\n"));
    let content = edited.document["content"].as_array().unwrap();
    assert_eq!(content[1], paragraph("typo heer"));
    assert_eq!(content[3], paragraph("A new one."));
    let mut rest = content.clone();
    rest.remove(3);
    let moved = rest.remove(1);
    rest.push(moved);
    assert_eq!(json!(rest).to_string(), report()["content"].to_string());
}

#[test]
fn containers_keep_what_they_hold() {
    // An item.
    let edited = replaced(&report(), "first point", "very first point\n2. inserted");
    differs_only_in(&edited, &report(), &[11]);
    let items = &edited.document["content"][11]["content"];
    assert_eq!(items[2], report()["content"][11]["content"][1]);
    assert_eq!(items.as_array().unwrap().len(), 3);
    // Inside of an item.
    let edited = replaced(&report(), "second point", "second, longer point");
    let item = &edited.document["content"][11]["content"][1];
    assert_eq!(item["attrs"]["localId"], "x");
    assert_eq!(
        item["content"][1],
        report()["content"][11]["content"][1]["content"][1]
    );
    // A panel, and its kind only where it was changed.
    let edited = replaced(&report(), "careful", "be careful");
    differs_only_in(&edited, &report(), &[4]);
    let panel = &edited.document["content"][4];
    assert_eq!(panel["attrs"], report()["content"][4]["attrs"]);
    assert_eq!(panel["content"][1], report()["content"][4]["content"][1]);
    let panel = replaced(&report(), "[!TIP]", "[!CAUTION]").document["content"][4].clone();
    assert_eq!(
        panel["attrs"],
        json!({"panelType": "error", "localId": "p"})
    );
    // A task, ticked; a new one has an id of its own.
    let edited = replaced(&report(), "- [ ] one", "- [x] one\n- [ ] between");
    differs_only_in(&edited, &report(), &[6]);
    let tasks = &edited.document["content"][6];
    assert_eq!(tasks["attrs"]["localId"], "l");
    assert_eq!(
        tasks["content"][0]["attrs"],
        json!({"localId": "a", "state": "DONE"})
    );
    assert_eq!(tasks["content"][2], report()["content"][6]["content"][1]);
    assert_ne!(tasks["content"][1]["attrs"]["localId"], "task-1");
}

#[test]
fn tables_keep_their_other_cells() {
    let table = &report()["content"][7];
    let edited = replaced(&report(), "| d | e |", "| d | E |\n| f | g |");
    differs_only_in(&edited, &report(), &[7]);
    let new = &edited.document["content"][7];
    assert_eq!(new["attrs"], table["attrs"]);
    assert_eq!(new["content"][0], table["content"][0]);
    assert_eq!(new["content"][1], table["content"][1]);
    assert_eq!(
        new["content"][2]["content"][0],
        table["content"][2]["content"][0]
    );
    assert_eq!(new["content"].as_array().unwrap().len(), 4);
    // A cell beside one that holds a list, and that one itself.
    let edited = replaced(&report(), "| c |", "| C |");
    assert_eq!(
        edited.document["content"][7]["content"][1]["content"][0],
        table["content"][1]["content"][0]
    );
    let edited = replaced(&report(), "- a<br>- b |", "- a<br>- b<br>below |");
    let cell = &edited.document["content"][7]["content"][1]["content"][0];
    assert_eq!(cell["attrs"], table["content"][1]["content"][0]["attrs"]);
    assert_eq!(
        cell["content"][0],
        table["content"][1]["content"][0]["content"][0]
    );
    assert_eq!(cell["content"][1], paragraph("below"));
    // A column more.
    let words = markdown(&report());
    let words = words
        .replace("| h | i |", "| h | i | j |")
        .replace("| --- | --- |", "| --- | --- | --- |")
        .replace("| c |", "| c | k |")
        .replace("| d | e |", "| d | e | l |");
    let edited = edit(&report(), &words);
    assert_eq!(
        edited.document["content"][7]["content"][1]["content"][0],
        table["content"][1]["content"][0]
    );
    assert_eq!(
        edited.document["content"][7]["content"][1]["content"][2]["content"],
        json!([paragraph("k")])
    );
}

#[test]
fn cells_that_span_others_stay_where_the_table_has_its_size() {
    let cell = |words: &str, columns: u64, rows: u64| json!({"type": "tableCell", "attrs": {"colspan": columns, "rowspan": rows}, "content": [paragraph(words)]});
    let present = doc(&json!([node(
        "table",
        &[
            node("tableRow", &[cell("a", 2, 1), cell("b", 1, 2)]),
            node("tableRow", &[cell("c", 1, 1), cell("d", 1, 1)]),
        ]
    )]));
    let edited = replaced(&present, "| c | d |", "| c | D |");
    let mut expected = present.clone();
    expected["content"][0]["content"][1]["content"][1] = cell("D", 1, 1);
    assert_eq!(edited.document, expected);
    // A row more, or text where a cell reaches over: the table of the text.
    let edited = replaced(&present, "| c | d |", "| e | f |\n| c | d |");
    assert_eq!(
        edited.document["content"][0]["content"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let edited = replaced(&present, "| c | d |  |", "| c | d | x |");
    assert!(edited.document.to_string().contains("\"x\""));
}

#[test]
fn layouts_and_the_frames_of_files_stay_around_what_changes_in_them() {
    let edited = replaced(&report(), "more left", "even more left\n\nand new");
    differs_only_in(&edited, &report(), &[8]);
    let columns = &edited.document["content"][8]["content"];
    assert_eq!(
        columns[0]["content"],
        json!([
            paragraph("left side"),
            paragraph("even more left"),
            paragraph("and new")
        ])
    );
    assert_eq!(columns[1], report()["content"][8]["content"][1]);
    // A column without text keeps its place, a layout without any goes.
    let edited = replaced(&report(), "left side\n\nmore left\n\n", "");
    assert_eq!(
        edited.document["content"][8]["content"][0]["content"],
        json!([{"type": "paragraph"}])
    );
    let edited = replaced(&report(), "left side\n\nmore left\n\nright side\n\n", "");
    assert_eq!(edited.lost, [("layoutSection".to_owned(), 1)].into());
    // A caption.
    let edited = replaced(&report(), "How it looks", "How it looked");
    differs_only_in(&edited, &report(), &[2]);
    let single = &edited.document["content"][2];
    assert_eq!(single["content"][0], report()["content"][2]["content"][0]);
    assert_eq!(
        single["content"][1],
        node("caption", &[text("How it looked")])
    );
}

#[test]
fn what_is_lost_is_told() {
    let edited = edit(&report(), "Nothing but this.");
    let lost = [
        ("blockCard", 1),
        ("emoji", 2),
        ("extension", 1),
        ("inlineCard", 1),
        ("layoutSection", 1),
        ("media", 1),
        ("textColor", 1),
    ];
    assert_eq!(
        edited.lost,
        lost.map(|(kind, count)| (kind.to_owned(), count)).into()
    );
    let file = LostFile {
        id: "6e7c7f2c-aaaa".to_owned(),
        name: Some("shot.png".to_owned()),
    };
    assert_eq!(edited.lost_files, [file]);
    // A file that is shown elsewhere still is not lost.
    let mut twice = report();
    let media = json!({"type": "mediaInline", "attrs": {"id": "6e7c7f2c-aaaa", "collection": "", "alt": "again.png"}});
    twice["content"]
        .as_array_mut()
        .unwrap()
        .push(node("paragraph", &[text("see "), media]));
    let edited = replaced(&twice, "[attachment: shot.png]\n\n", "");
    assert_eq!(edited.lost_files, []);
    assert_eq!(edited.lost, [("media".to_owned(), 1)].into());
    let caption = &edited.document["content"][2];
    assert_eq!(*caption, paragraph("How it looks"));
}

#[test]
fn a_block_may_become_one_of_another_kind() {
    let edited = replaced(&report(), "See ", "## See ");
    let heading = &edited.document["content"][3];
    assert_eq!(
        (&heading["type"], &heading["attrs"]),
        (&json!("heading"), &json!({"level": 2}))
    );
    assert_eq!(heading["content"], report()["content"][3]["content"]);
    let edited = replaced(
        &report(),
        "1. first point\n2. second",
        "- first point\n- second",
    );
    let list = &edited.document["content"][11];
    assert_eq!(list["type"], "bulletList");
    assert_eq!(list["content"][0], report()["content"][11]["content"][0]);
}

#[test]
fn only_documents_can_be_edited() {
    for present in [
        json!("text"),
        json!({"type": "paragraph"}),
        json!({"type": "doc"}),
        json!([]),
    ] {
        assert!(
            adf::edit(&to_raw_value(&present).unwrap(), "a").is_err(),
            "{present}"
        );
    }
    let private =
        r#"{"type": "doc", "content": [{"$serde_json::private::RawValue": "[]"}]}"#.to_owned();
    let deep = format!(
        r#"{{"type": "doc", "content": {}{}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    for unfit in [private, deep] {
        let unfit = serde_json::value::RawValue::from_string(unfit).unwrap();
        assert!(adf::edit(&unfit, "a").is_err(), "{unfit}");
    }
    let empty = doc(&json!([]));
    assert_eq!(edit(&empty, "a").document, doc(&json!([paragraph("a")])));
    assert_eq!(
        of_blocks(&edit(&doc(&json!([paragraph("a")])), "").document["content"]),
        ""
    );
}

/// Lists in lists, each with a coloured word before the next, and so many points in the innermost.
fn deep(points: usize) -> Value {
    let red = json!([{"type": "textColor", "attrs": {"color": "#ff0000"}}]);
    let red = json!({"type": "paragraph", "content": [
        {"type": "text", "text": "red", "marks": red},
    ]});
    let item = |content: &[Value]| node("listItem", content);
    let points = (0..points).map(|number| item(&[paragraph(&format!("point {number}"))]));
    let innermost = node("bulletList", &points.collect::<Vec<_>>());
    let nest = |inner, _| node("bulletList", &[item(&[red.clone(), inner])]);
    doc(&json!([(0..12).fold(innermost, nest)]))
}

#[test]
fn a_deep_document_keeps_all_that_was_not_changed_and_a_huge_one_what_stands_outside() {
    let lost = |points: usize| {
        let present = deep(points);
        let edited = replaced(&present, "point 1\n", "point one\n");
        assert_ne!(edited.document, present);
        let outer = "/content/0/content/0/content/0";
        assert_eq!(edited.document.pointer(outer), present.pointer(outer));
        edited.lost.get("textColor").copied()
    };
    assert_eq!(lost(100), None);
    // Far more than Jira's fields take.
    let huge = lost(6_000);
    assert!(huge.is_some_and(|lost| (1..12).contains(&lost)), "{huge:?}");
}
