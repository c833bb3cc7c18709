//! Descriptions in the Atlassian Document Format, which together use every common node and mark.
//!
//! The format: <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>.

use serde_json::{Value, json};

/// The description of the issue at `index`: shapes take turns, and some issues have none.
pub(super) fn description(index: usize, thing: &str) -> Option<Value> {
    let content = match index % 12 {
        0 => report(thing),
        1 => plain(thing),
        2 => return None,
        3 => lists(thing),
        4 => table(thing),
        5 => code(thing),
        6 => panels(thing),
        7 => inline(thing),
        8 => marks(thing),
        9 => tasks(thing),
        10 => media(thing),
        _ => extensions(thing),
    };
    Some(json!({"type": "doc", "version": 1, "content": content}))
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn marked(words: &str, marks: &Value) -> Value {
    json!({"type": "text", "text": words, "marks": marks})
}

fn paragraph(words: &str) -> Value {
    json!({"type": "paragraph", "content": [text(words)]})
}

fn item(content: &Value) -> Value {
    json!({"type": "listItem", "content": content})
}

fn heading(level: u8, words: &str) -> Value {
    json!({"type": "heading", "attrs": {"level": level}, "content": [text(words)]})
}

fn plain(thing: &str) -> Value {
    json!([
        paragraph(&format!("We noticed this in {thing} yesterday.")),
        {"type": "paragraph"},
        {"type": "paragraph", "content": [
            text("First line"), {"type": "hardBreak"}, text("second line, *not* emphasised, 1 < 2 & 3.")
        ]},
    ])
}

fn report(thing: &str) -> Value {
    json!([
        heading(1, "What happens"),
        paragraph(&format!("Every tenth visitor loses {thing}.")),
        heading(2, "Expected"),
        paragraph("Nobody does."),
        heading(3, "Seen by"),
        {"type": "blockquote", "content": [paragraph("“It was there a minute ago.”")]},
        {"type": "rule"},
        heading(4, "Where"), heading(5, "Browser"), heading(6, "Version"),
        paragraph("All of them."),
    ])
}

fn lists(thing: &str) -> Value {
    json!([
        paragraph("To reproduce:"),
        {"type": "orderedList", "attrs": {"order": 3}, "content": [
            item(&json!([paragraph(&format!("Open {thing}"))])),
            item(&json!([paragraph("Wait"), {"type": "bulletList", "content": [
                item(&json!([paragraph("on a slow line")])),
                item(&json!([paragraph("or in a tunnel"), {"type": "codeBlock", "content": [text("ping tunnel")]}])),
            ]}])),
        ]},
        {"type": "bulletList", "content": [item(&json!([paragraph("Nothing else is needed.")]))]},
    ])
}

fn table(thing: &str) -> Value {
    let header =
        |words: &str| json!({"type": "tableHeader", "attrs": {}, "content": [paragraph(words)]});
    let cell = |content: &Value| json!({"type": "tableCell", "attrs": {}, "content": content});
    json!([
        {"type": "table", "attrs": {"isNumberColumnEnabled": false, "layout": "default"}, "content": [
            {"type": "tableRow", "content": [header("Week"), header("Errors | warnings")]},
            {"type": "tableRow", "content": [
                cell(&json!([paragraph("39")])),
                cell(&json!([{"type": "bulletList", "content": [
                    item(&json!([paragraph("12 errors")])), item(&json!([paragraph("40 warnings")]))
                ]}])),
            ]},
            {"type": "tableRow", "content": [
                {"type": "tableCell", "attrs": {"colspan": 2, "background": "#deebff"}, "content": [
                    paragraph(&format!("Since then {thing} was quiet.")),
                    {"type": "nestedExpand", "attrs": {"title": "Numbers"}, "content": [paragraph("0, 0, 0")]},
                ]},
            ]},
        ]},
    ])
}

fn code(thing: &str) -> Value {
    json!([
        paragraph(&format!("The log of {thing}:")),
        {"type": "codeBlock", "attrs": {"language": "rust"}, "content": [
            text("fn main() {\n    // ``` inside a block\n    panic!(\"<html> & \\\"quotes\\\"\");\n}")
        ]},
        {"type": "codeBlock", "content": [text("no language here")]},
        {"type": "codeBlock", "attrs": {"language": "text"}},
    ])
}

fn panels(thing: &str) -> Value {
    let panel = |kind: &str| {
        json!({"type": "panel", "attrs": {"panelType": kind},
        "content": [paragraph(&format!("A word of {kind} about {thing}."))]})
    };
    json!([
        panel("info"), panel("note"), panel("tip"), panel("warning"), panel("error"), panel("success"),
        {"type": "panel", "attrs": {"panelType": "custom", "panelIcon": ":rainbow:", "panelColor": "#eae6ff"},
         "content": [paragraph("A colour of its own.")]},
        {"type": "expand", "attrs": {"title": "More"}, "content": [paragraph("Folded away.")]},
    ])
}

fn inline(thing: &str) -> Value {
    json!([
        {"type": "paragraph", "content": [
            {"type": "mention", "attrs": {"id": "712020:00000000-0000-4000-8000-000000000000", "text": "@Bruno Okafor", "accessLevel": ""}},
            text(&format!(" please look at {thing} by ")),
            {"type": "date", "attrs": {"timestamp": "1790812800000"}},
            text(" "),
            {"type": "status", "attrs": {"text": "AT RISK", "color": "yellow", "localId": "5e1f0a52-2f6c-4f6a-9d0e-7a1d8f4c1b11", "style": ""}},
            text(" "),
            {"type": "emoji", "attrs": {"shortName": ":tada:", "id": "1f389", "text": "🎉"}},
            {"type": "emoji", "attrs": {"shortName": ":our-logo:", "id": "atlassian-our-logo"}},
        ]},
        {"type": "paragraph", "content": [
            text("See "),
            {"type": "inlineCard", "attrs": {"url": "https://docs.example/pages/42"}},
            text(", "),
            {"type": "mediaInline", "attrs": {"id": "6e7c7f2c-dd7a-499c-bceb-6f32bfbf30b5", "collection": "", "type": "file"}},
            text(" and "),
            {"type": "placeholder", "attrs": {"text": "add a link"}},
            {"type": "inlineExtension", "attrs": {"extensionType": "com.atlassian.jira", "extensionKey": "counter", "text": "7 of 9"}},
        ]},
        {"type": "blockCard", "attrs": {"url": "https://docs.example/pages/43"}},
        {"type": "embedCard", "attrs": {"url": "https://docs.example/films/44", "layout": "center", "width": 80}},
    ])
}

fn marks(thing: &str) -> Value {
    let mark = |kind: &str| json!([{"type": kind}]);
    json!([
        {"type": "paragraph", "content": [
            marked("strong", &mark("strong")), text(" "),
            marked("em", &mark("em")), text(" "),
            marked("strike", &mark("strike")), text(" "),
            marked("underline", &mark("underline")), text(" "),
            marked("code", &mark("code")), text(" "),
            marked(thing, &json!([{"type": "strong"}, {"type": "em"}])), text(" H"),
            marked("2", &json!([{"type": "subsup", "attrs": {"type": "sub"}}])), text("O "),
            marked("linked code", &json!([{"type": "link", "attrs": {"href": "https://docs.example/a_(b)?c=d&e"}}, {"type": "code"}])),
        ]},
        {"type": "paragraph", "marks": [{"type": "alignment", "attrs": {"align": "center"}}], "content": [
            marked("red", &json!([{"type": "textColor", "attrs": {"color": "#ff5630"}}])), text(" on "),
            marked("lime", &json!([{"type": "backgroundColor", "attrs": {"color": "#d3f1a7"}}])), text(" "),
            marked("noted", &json!([{"type": "annotation", "attrs": {"id": "a1", "annotationType": "inlineComment"}}])),
        ]},
        {"type": "paragraph", "marks": [{"type": "indentation", "attrs": {"level": 2}}], "content": [text("indented")]},
        {"type": "codeBlock", "marks": [{"type": "breakout", "attrs": {"mode": "wide"}}], "content": [text("wide")]},
    ])
}

fn tasks(thing: &str) -> Value {
    let task = |id: &str, state: &str, words: &str| {
        json!({"type": "taskItem",
        "attrs": {"localId": id, "state": state}, "content": [text(words)]})
    };
    json!([
        {"type": "taskList", "attrs": {"localId": "list-1"}, "content": [
            task("task-1", "DONE", &format!("Look at {thing}")),
            task("task-2", "TODO", "Tell support"),
            {"type": "taskList", "attrs": {"localId": "list-2"}, "content": [task("task-3", "TODO", "and sales")]},
            {"type": "blockTaskItem", "attrs": {"localId": "task-4", "state": "TODO"}, "content": [paragraph("Write it up")]},
        ]},
        {"type": "decisionList", "attrs": {"localId": "list-3"}, "content": [
            {"type": "decisionItem", "attrs": {"localId": "decision-1", "state": "DECIDED"}, "content": [text("We keep it.")]},
        ]},
    ])
}

fn media(thing: &str) -> Value {
    let file = json!({"type": "media", "attrs": {"type": "file", "id": "4478e39c-cf9b-41d1-ba92-68589487cd75", "collection": "", "alt": "screenshot.png", "width": 800, "height": 600}});
    json!([
        paragraph(&format!("A picture of {thing}:")),
        {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [
            file, {"type": "caption", "content": [text("Before the fix")]}
        ]},
        {"type": "mediaGroup", "content": [file]},
        {"type": "mediaSingle", "attrs": {"layout": "wide"}, "content": [
            {"type": "media", "attrs": {"type": "external", "url": "https://docs.example/picture.png"}}
        ]},
    ])
}

fn extensions(thing: &str) -> Value {
    json!([
        {"type": "layoutSection", "content": [
            {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph("Left")]},
            {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph(&format!("Right: {thing}"))]},
        ]},
        {"type": "extension", "attrs": {"extensionType": "com.example.charts", "extensionKey": "burndown", "text": "Burndown chart"}},
        {"type": "bodiedExtension", "attrs": {"extensionType": "com.example.boxes", "extensionKey": "box"}, "content": [
            paragraph("Inside the box")
        ]},
    ])
}
