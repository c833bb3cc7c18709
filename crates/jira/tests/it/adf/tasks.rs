//! Lists with boxes: which of them are tasks in ADF, and how they come back.

use serde_json::{Value, json};

use super::{document, fits, markdown, of_blocks, text};

fn task(state: &str, content: &[Value]) -> Value {
    let mut task = json!({"type": "taskItem", "attrs": {"localId": "a", "state": state}});
    if !content.is_empty() {
        task["content"] = json!(content);
    }
    task
}

fn tasks(content: &[Value]) -> Value {
    json!({"type": "taskList", "attrs": {"localId": "l"}, "content": content})
}

#[test]
fn a_task_without_text_is_written_as_a_box() {
    let cases = [
        (tasks(&[task("TODO", &[])]), "- [ ]"),
        (
            tasks(&[
                task("TODO", &[text("a")]),
                task("TODO", &[]),
                task("DONE", &[text("c")]),
            ]),
            "- [ ] a\n- [ ]\n- [x] c",
        ),
        (
            tasks(&[task("TODO", &[]), tasks(&[task("DONE", &[text("inner")])])]),
            "- [ ]\n  - [x] inner",
        ),
        (
            json!({"type": "panel", "attrs": {"panelType": "info"}, "content": [tasks(&[task("TODO", &[]), task("TODO", &[text("b")])])]}),
            "> [!NOTE]\n> - [ ]\n> - [ ] b",
        ),
        (
            tasks(&[
                json!({"type": "blockTaskItem", "attrs": {"state": "TODO"}, "content": [{"type": "codeBlock", "content": [text("x")]}]}),
            ]),
            "- [ ]\n  ```\n  x\n  ```",
        ),
    ];
    for (block, expected) in cases {
        let words = of_blocks(&json!([block]));
        assert_eq!(words, expected);
        let again = document(&words);
        fits(&again);
        assert_eq!(markdown(&again), words);
        let count = |json: &Value| json.to_string().matches("askItem\"").count();
        assert_eq!(count(&again), count(&block), "{words}");
    }
}

#[test]
fn every_box_is_a_task_whatever_stands_beside_and_below_it() {
    for (words, count) in [
        ("- [ ] a\n- [ ] b\n- [x] c\n- note\n", 3),
        (
            "- [ ] parent\n  - detail one\n  - detail two\n- [x] other\n",
            2,
        ),
        ("- [ ] run it\n\n  ```sh\n  make\n  ```\n- [x] done\n", 2),
        ("- [ ] one\n- [ ] \n- [x] two\n", 3),
        ("1. [ ] a\n2. b\n3. [x] c", 2),
        ("- [ ] a\n  1. b\n  2. [x] c", 2),
        ("- a\n  - [ ] b\n  - c\n- [x]", 2),
        ("- [ ]\n  - [x]\n    - [ ]", 3),
    ] {
        let adf = document(words);
        fits(&adf);
        let json = adf.to_string();
        assert_eq!(
            json.matches("\"taskItem\"").count(),
            count,
            "{words}: {json}"
        );
        assert!(!json.contains("[ ]") && !json.contains("[x]"), "{words}");
        let once = markdown(&adf);
        assert_eq!(
            once.matches("[ ]").count() + once.matches("[x]").count(),
            count,
            "{once}"
        );
        assert_eq!(markdown(&document(&once)), once);
    }
    // An escaped box is text.
    assert!(!document(r"- \[ \]").to_string().contains("task"));
}
