//! The examples of docs/ISSUES.md, in their order.

use serde_json::Value;

use super::issues::send;
use crate::support::TestApp;
use crate::support::flow::ADA;

/// A block of the page: what stands behind its first fence, and its lines.
struct Block {
    kind: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.strip_prefix("```") else {
            continue;
        };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push(Block {
            kind: kind.to_owned(),
            text: text.join("\n"),
        });
    }
    blocks
}

pub(super) fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ISSUES.md");
    std::fs::read_to_string(path).unwrap()
}

/// Whether all of `part` is in `whole`; lists item by item.
#[track_caller]
fn has(whole: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            for (name, value) in members {
                has(&whole[name], value);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                has(&whole[index], item);
            }
        }
        _ => assert_eq!(whole, part),
    }
}

#[tokio::test]
async fn every_example_works() {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    let (mut key, mut answer, mut sent) = (String::new(), Value::Null, 0);
    for Block { kind, text } in blocks(&page()) {
        let text = text.replace("{{key}}", &key);
        if kind == "json" {
            let expected: Value = juncture_json::decode(&text).unwrap();
            has(&answer, &expected);
            continue;
        }
        let status = kind.strip_prefix("http ").expect("a request or an answer");
        let (line, body) = text.split_once('\n').unwrap_or((&text, ""));
        let (method, path) = line.split_once(' ').unwrap();
        let told = if method == "GET" {
            app.get(path).await
        } else {
            let body: Value = juncture_json::decode(body).unwrap();
            send(&app, method.parse().unwrap(), path, None, &body).await
        };
        answer = told.expect(status.parse().unwrap());
        if let Some(new) = answer["ticket"]["key"].as_str() {
            new.clone_into(&mut key);
        }
        sent += 1;
    }
    assert_eq!(sent, 12);
}
