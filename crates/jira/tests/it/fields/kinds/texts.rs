//! Texts, numbers and days.

use juncture_jira::adf;
use juncture_jira::fields::Reason;
use serde_json::{Value, json};

use super::{Case, custom, field, of_product};

pub(super) fn texts() -> Vec<Case> {
    let system = |id: &str| field(id, &json!({"type": "string", "system": id}));
    let document = adf::from_markdown("It **breaks**.");
    let plain_texts = [
        (custom("customfield_1", "textfield"), 255),
        (of_product("com.pyxis.greenhopper.jira:gh-epic-label"), 0),
        (custom("customfield_1", "readonlyfield"), 0),
        (field("customfield_1", &json!({"type": "string"})), 0),
    ];
    let rich = [
        system("description"),
        system("environment"),
        custom("customfield_1", "textarea"),
    ];
    let mut cases: Vec<Case> = (plain_texts.into_iter())
        .map(|(field, most)| Case {
            field,
            word: "text",
            read: (json!("A\nb"), json!("A\nb")),
            written: vec![
                (json!("A\nb"), json!("A\nb")),
                (json!("ü".repeat(255)), json!("ü".repeat(255))),
            ],
            cleared: Some(Value::Null),
            wrong: (most > 0)
                .then(|| (json!("x".repeat(most + 1)), Reason::TooLong))
                .into_iter()
                .chain([
                    (json!(5), Reason::WrongType),
                    (json!(["a"]), Reason::WrongType),
                    (document.clone(), Reason::WrongType),
                ])
                .collect(),
        })
        .collect();
    cases.extend(rich.into_iter().map(|field| Case {
        field,
        word: "rich_text",
        read: (document.clone(), json!("It **breaks**.")),
        written: vec![
            (json!("It **breaks**."), document.clone()),
            (document.clone(), document.clone()),
            // The marks are not of the text.
            (
                json!(format!("**{}**", "x".repeat(32_767))),
                adf::from_markdown(&format!("**{}**", "x".repeat(32_767))),
            ),
        ],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!("x".repeat(32_768)), Reason::TooLong),
            (adf::from_markdown(&"x".repeat(32_768)), Reason::TooLong),
            (json!("*".repeat(200_000)), Reason::TooLong),
            (json!({"type": "paragraph"}), Reason::WrongType),
            (json!(5), Reason::WrongType),
        ],
    }));
    cases.push(Case {
        field: custom("customfield_1", "url"),
        word: "url",
        read: (json!("https://x.y/z?a=b"), json!("https://x.y/z?a=b")),
        written: vec![(json!("https://x.y/z?a=b"), json!("https://x.y/z?a=b"))],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!("x.y"), Reason::NotAUrl),
            (json!("https://x y"), Reason::NotAUrl),
            (json!(1), Reason::WrongType),
        ],
    });
    cases
}

pub(super) fn numbers_and_days() -> Vec<Case> {
    let numbers = [
        custom("customfield_1", "float"),
        of_product("com.pyxis.greenhopper.jira:jsw-story-points"),
        field(
            "timeestimate",
            &json!({"type": "number", "system": "timeestimate"}),
        ),
    ];
    let days = [
        field("duedate", &json!({"type": "date", "system": "duedate"})),
        custom("customfield_1", "datepicker"),
    ];
    let mut cases: Vec<Case> = (numbers.into_iter())
        .map(|field| Case {
            field,
            word: "number",
            read: (json!(3.5), json!(3.5)),
            written: vec![
                (json!(3.5), json!(3.5)),
                (json!(-2), json!(-2)),
                (json!(0), json!(0)),
            ],
            cleared: Some(Value::Null),
            wrong: vec![
                (json!("3"), Reason::WrongType),
                (json!(true), Reason::WrongType),
            ],
        })
        .collect();
    cases.extend(days.into_iter().map(|field| Case {
        field,
        word: "date",
        read: (json!("2026-11-30"), json!("2026-11-30")),
        written: vec![(json!("2026-11-30"), json!("2026-11-30"))],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!("2026-11-31"), Reason::NotADate),
            (json!("30.11.2026"), Reason::NotADate),
            (json!("2026-11-30T09:00:00Z"), Reason::NotADate),
            (json!("20261130"), Reason::NotADate),
            (json!(20_261_130), Reason::WrongType),
        ],
    }));
    cases.push(Case {
        field: custom("customfield_1", "datetime"),
        word: "datetime",
        read: (
            json!("2026-11-30T09:00:00.000+0100"),
            json!("2026-11-30T09:00:00.000+01:00"),
        ),
        written: vec![
            (
                json!("2026-11-30T09:00:00.000+01:00"),
                json!("2026-11-30T09:00:00.000+0100"),
            ),
            (
                json!("2026-11-30T09:00:00Z"),
                json!("2026-11-30T09:00:00.000+0000"),
            ),
            (
                json!("2026-11-30T09:00:00.123456-05:30"),
                json!("2026-11-30T09:00:00.123-0530"),
            ),
            (
                json!("2026-11-30T09:00:00.000+0100"),
                json!("2026-11-30T09:00:00.000+0100"),
            ),
        ],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!("2026-11-30T09:00:00"), Reason::NotADateTime),
            (json!("2026-11-30"), Reason::NotADateTime),
            (json!("tomorrow"), Reason::NotADateTime),
            (json!(1_700_000_000), Reason::WrongType),
        ],
    });
    cases
}
