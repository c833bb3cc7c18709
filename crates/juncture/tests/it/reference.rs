//! Reference pages that are made from the code stay in step with it.

use std::fs;
use std::path::PathBuf;

use juncture_server::config::Config;
use juncture_server::environment::Environment;
use juncture_server::environment::variables::{self, VARIABLES};
use serde_json::Value;

use crate::support::process;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_configuration_page_is_the_one_that_the_code_makes() {
    let page = fs::read_to_string(root().join("docs/CONFIG.md")).unwrap();
    let made = variables::to_markdown();
    assert!(
        page == made,
        "docs/CONFIG.md is out of step: run `juncture config-reference > docs/CONFIG.md`"
    );
}

#[test]
fn llms_txt_is_the_one_that_the_code_makes_and_leads_to_pages_that_are_there() {
    let committed = fs::read_to_string(root().join("llms.txt")).unwrap();
    let output = process::run(&root(), &["llms"], &[]);
    assert!(
        committed == process::text(&output.stdout),
        "llms.txt is out of step: run `juncture llms > llms.txt`"
    );
    let links = committed.split("](").skip(1);
    let links: Vec<_> = links.filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 8, "{links:?}");
    for link in links {
        assert!(root().join(link).is_file(), "{link}");
    }
}

#[test]
fn what_is_read_is_what_stands_in_the_table() {
    let environment = Environment::default();
    Config::read(&environment).expect_err("some have no default");
    let read: Vec<_> = environment.asked().iter().cloned().collect();
    let mut told: Vec<_> = VARIABLES.iter().map(|variable| variable.name).collect();
    told.sort_unstable();
    assert_eq!(read, told);
}

#[test]
fn the_openapi_document_is_the_one_that_the_code_makes() {
    let committed = fs::read_to_string(root().join("openapi.json")).unwrap();
    let made = juncture_server::router::document();
    assert!(
        committed == made,
        "openapi.json is out of step: run `juncture openapi > openapi.json`"
    );
}

#[test]
fn every_answer_body_and_parameter_of_the_document_has_an_example() {
    let document: Value = juncture_json::decode(juncture_server::router::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            let at = format!("{method} {path}");
            assert!(operation["summary"].is_string(), "{at}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let example = &parameter["example"];
                assert!(
                    !example.is_null() && !example.is_object(),
                    "{at}: {parameter}"
                );
                assert!(parameter["description"].is_string(), "{at}: {parameter}");
            }
            // What is passed on may be anything.
            let is_anything = |content: &Value| content.get("*/*").is_some();
            let body = operation.get("requestBody");
            if let Some(body) = body.filter(|body| !is_anything(&body["content"])) {
                assert!(
                    body["content"]["application/json"]["example"].is_object(),
                    "{at}"
                );
            }
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let content = answer["content"].as_object();
                let content = content.and_then(|kinds| kinds.values().next());
                let content = content.unwrap_or(&Value::Null);
                let has_example =
                    content.get("example").is_some() || content.get("examples").is_some();
                let needs_none = status == "302" || is_anything(&answer["content"]);
                assert!(has_example || needs_none, "{at}: {status}");
            }
        }
    }
    assert!(operations >= 13);
}

#[test]
fn what_people_see_is_documented_as_a_page_too() {
    let document: Value = juncture_json::decode(juncture_server::router::document()).unwrap();
    for path in ["authorization-callback", "try-again"] {
        let path = format!("/api/frontend/oauth/{path}/{{provider}}");
        let answers = &document["paths"][&path]["get"]["responses"];
        let refusals = answers.as_object().unwrap().iter();
        let refusals = refusals.filter(|(status, _)| status.starts_with(['4', '5']));
        let mut statuses = Vec::new();
        for (status, answer) in refusals {
            let kinds = answer["content"].as_object().unwrap().keys();
            assert!(
                kinds.eq(["application/json", "text/html"]),
                "{path}: {status}"
            );
            statuses.push(status.as_str());
        }
        assert!(
            statuses.contains(&"400") && statuses.contains(&"429"),
            "{statuses:?}"
        );
    }
}
