//! Plain values of fields: what is read, what is written, what is refused.

mod kinds;
mod sets;

use std::collections::BTreeMap;

use juncture_jira::FieldMeta;
use juncture_jira::fields::{self, Checked, FieldKind, Purpose, Reason, Setting};
use serde_json::value::to_raw_value;
use serde_json::{Map, Value, json};

/// What the types that Jira itself brings begin with.
const JIRA: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

/// A field that may be set, of this id and schema.
fn field(id: &str, schema: &Value) -> Value {
    json!({"fieldId": id, "key": id, "name": format!("The {id}"), "required": false,
        "hasDefaultValue": false, "operations": ["set"], "schema": schema})
}

/// A custom field of that id whose type Jira itself brings.
fn custom(id: &str, kind: &str) -> Value {
    field(id, &json!({"type": "x", "custom": format!("{JIRA}{kind}")}))
}

fn metas(fields: &[Value]) -> Vec<FieldMeta> {
    juncture_json::decode_parts(Value::from(fields).to_string()).unwrap()
}

fn check_as(purpose: Purpose<'_>, fields: &[Value], given: &Value) -> Checked {
    let accounts = BTreeMap::new();
    let setting = Setting {
        purpose,
        is_team_managed: false,
        accounts: &accounts,
    };
    fields::check(&metas(fields), given.as_object().unwrap(), setting)
}

fn check(fields: &[Value], given: &Value) -> Checked {
    check_as(Purpose::Edit, fields, given)
}

/// What a field takes for this value.
#[track_caller]
fn written(field: &Value, value: &Value) -> Value {
    let id = field["fieldId"].as_str().unwrap();
    let checked = check(std::slice::from_ref(field), &json!({ id: value }));
    assert!(checked.wrong.is_empty(), "{value}: {:?}", checked.wrong);
    let fields: Map<String, Value> = to_map(&checked.fields);
    fields[id].clone()
}

/// Why it takes no such value.
#[track_caller]
fn refused(field: &Value, value: &Value) -> Reason {
    let id = field["fieldId"].as_str().unwrap();
    let checked = check(std::slice::from_ref(field), &json!({ id: value }));
    assert!(checked.fields.is_empty(), "{value} is written");
    let [wrong] = &checked.wrong[..] else {
        panic!("{value}: {:?}", checked.wrong)
    };
    assert_eq!((wrong.id.as_str(), &wrong.name), (id, &format!("The {id}")));
    wrong.reason
}

fn to_map(values: &impl serde::Serialize) -> Map<String, Value> {
    let text = serde_json::to_string(values).unwrap();
    juncture_json::decode(text).unwrap()
}

fn read(kind: FieldKind, value: &Value) -> Value {
    kind.read(&to_raw_value(value).unwrap())
}

fn kind(field: &Value) -> FieldKind {
    metas(std::slice::from_ref(field))[0].kind()
}
