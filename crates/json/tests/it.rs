//! What is refused by name, and what the parser then never sees.

#[path = "support/hostile.rs"]
mod hostile;

use hostile::{KEY, any_json, fuzz, texts_in_texts};
use juncture_json::{Error, MAX_DEPTH, MAX_VALUES, Unfit, decode, decode_parts, judge, readable};
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Value, json};

fn refused(text: &str) -> Unfit {
    match decode::<Value>(text) {
        Err(Error::Unfit(unfit)) => unfit,
        other => panic!("{other:?} of {text:.100}"),
    }
}

#[test]
fn a_text_in_a_text_is_refused_by_its_key() {
    let text = texts_in_texts(30, 99);
    assert!(text.len() < 20_000, "{}", text.len());
    assert_eq!(refused(&text), Unfit::PrivateKey);
    assert!(
        Unfit::PrivateKey
            .to_string()
            .contains("$serde_json::private::")
    );
}

#[test]
fn every_spelling_of_a_private_key_is_refused() {
    let escaped = KEY.bytes().map(|byte| format!("\\u{byte:04x}"));
    let escaped = escaped.collect::<Vec<_>>().concat();
    let upper = escaped.to_uppercase().replace("\\U", "\\u");
    let number = "$serde_json::private::Number";
    for key in [KEY, number, &escaped, &upper, &KEY.replace('$', "\\u0024")] {
        for behind in [":", " :", "\n\t\r :"] {
            assert_eq!(
                refused(&format!("{{\"{key}\"{behind}\"1\"}}")),
                Unfit::PrivateKey
            );
            let inside = format!("[{{\"a\\\\\": \"\\\"\", \"b\": [{{\"{key}\"{behind} \"1\"}}]}}]");
            assert_eq!(refused(&inside), Unfit::PrivateKey);
        }
    }
}

#[test]
fn words_about_a_private_key_are_words() {
    for text in [
        format!("\"{KEY}\""),
        format!("{{\"a\": \"{KEY}\", \"b\": [\"{KEY}\"]}}"),
        format!("{{\"the {KEY}\": 1, \"\\\\{KEY}\": 2}}"),
        format!("[\"{{\\\"{KEY}\\\": \\\"1\\\"}}\"]"),
    ] {
        assert!(decode::<Value>(&text).is_ok(), "{text}");
    }
}

#[test]
fn depth_and_values_are_bounded_and_brackets_in_strings_do_not_count() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(decode::<Value>(nested(MAX_DEPTH)).is_ok());
    assert_eq!(refused(&nested(MAX_DEPTH + 1)), Unfit::Deep(MAX_DEPTH));
    assert!(decode::<Value>(json!(["[".repeat(1_000), "\\\"{".repeat(1_000)]).to_string()).is_ok());
    assert!(decode::<Value>("[[],[]],".repeat(10_000)).is_err());

    let list = |values: usize| format!("[{}0]", "0,".repeat(values - 1));
    assert!(decode::<Value>(list(MAX_VALUES - 1)).is_ok());
    assert_eq!(refused(&list(MAX_VALUES + 1)), Unfit::Large(MAX_VALUES));
    assert!(decode::<Value>(json!(",".repeat(2 * MAX_VALUES)).to_string()).is_ok());
}

#[test]
fn one_unfit_part_does_not_take_the_whole_with_it() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let poisoned = texts_in_texts(30, 99);
    let text = format!("[{deep}, {poisoned}, {{\"a\": 1}}]");
    let parts: Vec<Box<RawValue>> = decode_parts(&text).unwrap();
    let judged = parts.iter().map(|part| judge(part.get().as_bytes()));
    assert_eq!(
        judged.collect::<Vec<_>>(),
        [Err(Unfit::Deep(MAX_DEPTH)), Err(Unfit::PrivateKey), Ok(())]
    );
}

/// Pieces that make keys, strings and escapes, where a scan may lose its way.
fn any_pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\\\",
        "\\\"",
        "\\u0024",
        "\\u00",
        "$",
        KEY,
        "1",
        "\"a\"",
        " ",
        "null",
        "\"$serde_json::private::RawValue\":",
        "\"\\u0024serde_json::private::Number\" :",
        "\"[{]\"",
        "1e999",
        "\u{feff}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn has_private_key(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_private_key),
        Value::Object(members) => members.iter().any(|(key, value)| {
            key.starts_with("$serde_json::private::") || has_private_key(value)
        }),
        _ => false,
    }
}

/// What is fit is read as `serde_json` reads it, which takes less, and holds no private key at any
/// place.
#[test]
fn fuzz_texts() {
    fuzz(3_000, &prop_oneof![any_pieces(), any_json()], |text| {
        match decode::<Value>(&text) {
            Ok(value) => {
                prop_assert!(!has_private_key(&value));
                let same = text.parse::<Value>().map(|read| read == value);
                prop_assert!(same.unwrap_or(true));
            }
            // What the parser itself would make of it is what this is about.
            Err(Error::Unfit(_)) => {}
            Err(Error::Parser(_)) => prop_assert!(text.parse::<Value>().is_err()),
        }
        Ok(())
    });
}

#[test]
fn what_other_programs_get_wrong_without_meaning_it_is_put_right() {
    let cases: &[(&str, &str)] = &[
        (r#""Broken \ud83d""#, "Broken \u{fffd}"),
        (r#""Broken \ud83d here""#, "Broken \u{fffd} here"),
        (
            r#""\ude00 \ud83d\ud83d\ude00""#,
            "\u{fffd} \u{fffd}\u{1f600}",
        ),
        (
            r#""\ud83d\u0041\ud83d\n\\ud83d""#,
            "\u{fffd}A\u{fffd}\n\\ud83d",
        ),
        ("\u{feff}\"first\"", "first"),
        ("\"a\nb\tc\r\u{1}\u{0}\"", "a\nb\tc\r\u{fffd}\u{fffd}"),
        (r#""\uD83D\uDE00 whole""#, "\u{1f600} whole"),
    ];
    for (text, meant) in cases {
        assert_eq!(decode::<String>(text).unwrap(), *meant, "{text}");
        assert_eq!(decode_parts::<String>(text).unwrap(), *meant, "{text}");
        let object = format!("{{\"a\": {}}}", text.trim_start_matches('\u{feff}'));
        assert_eq!(decode::<Value>(object).unwrap()["a"], *meant, "{text}");
    }
    // What is wrong otherwise stays so, whatever else is put right.
    for text in [
        "\u{feff}",
        "\"\u{1}",
        r#"{"a": "\ud83d"} {"#,
        r#""\ud8""#,
        r#"["\ud83d", nope]"#,
        "\u{feff}{\"$serde_json::private::RawValue\": \"\\ud83d\"}",
    ] {
        assert!(decode::<Value>(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_passed_on_can_be_read_by_whoever_is_given_it() {
    for text in [
        r#"{"a": [1, -2.5e10, "x", null, true]}"#,
        "18446744073709551615",
        "[]",
    ] {
        assert_eq!(readable(text).unwrap(), text);
    }
    assert_eq!(readable(r#"["\ud83d"]"#).unwrap(), r#"["\ufffd"]"#);
    let private = r#"{"$serde_json::private::RawValue": "1"}"#;
    let deep = "[".repeat(101);
    for text in ["1e999", r#"{"a": [-1e999]}"#, "[1", private, &deep] {
        assert!(readable(text).is_err(), "{text}");
    }
}
