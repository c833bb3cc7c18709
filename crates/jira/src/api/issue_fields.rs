//! The fields of an issue.
//!
//! Jira sends only those asked for, leaves out those that a project lacks, and sends `null` for
//! those that are not set, so that everything here is optional. Names are in the language asked
//! for and vary with the site: compare ids and keys.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::users::User;
use super::{at_most, null_as_empty};

/// The fields of an issue that were asked for and are set.
#[derive(Clone, Debug, Default)]
pub struct IssueFields {
    /// The title, one line.
    pub summary: Option<String>,
    /// The description as an Atlassian Document, as Jira sends it, be it fit to become a tree or not;
    /// see [`adf::to_markdown`](crate::adf::to_markdown).
    pub description: Option<Box<RawValue>>,
    /// Where it happens, as an Atlassian Document.
    pub environment: Option<Box<RawValue>>,
    /// Where the issue is in its workflow.
    pub status: Option<Status>,
    /// Who works on it.
    pub assignee: Option<User>,
    /// Who reported it.
    pub reporter: Option<User>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// What kind of issue it is.
    pub issuetype: Option<IssueType>,
    /// The project that it is in.
    pub project: Option<ProjectReference>,
    /// How it was resolved.
    pub resolution: Option<Resolution>,
    /// When it was created, as Jira writes it: `2026-09-27T10:03:11.123+0200`, which is not
    /// RFC 3339 (no colon in the offset).
    pub created: Option<String>,
    /// When it last changed, written like `created`.
    pub updated: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The parts of the project that it concerns.
    pub components: Vec<Component>,
    /// The versions that it is to be fixed in.
    pub fix_versions: Vec<Version>,
    /// The versions that it affects.
    pub versions: Vec<Version>,
    /// The time that it takes.
    pub timetracking: Option<TimeTracking>,
    /// The custom fields that are set, by id (`customfield_10016`), as Jira sends them. A value that
    /// is not [fit to become a tree](juncture_json::judge) is left out.
    pub custom: BTreeMap<String, Box<RawValue>>,
    /// The other built-in fields that are set, such as `duedate` and `parent`, alike.
    pub others: BTreeMap<String, Box<RawValue>>,
}

/// The built-in fields that are kept as they come. Which there are is Jira's to say and not an
/// answer's, so that none takes more memory than its text.
const OTHERS: [&str; 26] = [
    "aggregateprogress",
    "aggregatetimeestimate",
    "aggregatetimeoriginalestimate",
    "aggregatetimespent",
    "attachment",
    "comment",
    "creator",
    "duedate",
    "issuelinks",
    "issuerestriction",
    "lastViewed",
    "parent",
    "progress",
    "resolutiondate",
    "security",
    "statusCategory",
    "statuscategorychangedate",
    "subtasks",
    "thumbnail",
    "timeestimate",
    "timeoriginalestimate",
    "timespent",
    "votes",
    "watches",
    "worklog",
    "workratio",
];

/// By hand because `#[serde(flatten)]` buffers its input, and a [`RawValue`] needs it raw.
impl<'de> Deserialize<'de> for IssueFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(IssueFieldsVisitor)
    }
}

struct IssueFieldsVisitor;

impl<'de> Visitor<'de> for IssueFieldsVisitor {
    type Value = IssueFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of an issue")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<IssueFields, A::Error> {
        let mut fields = IssueFields::default();
        while let Some(Name(id)) = map.next_key()? {
            match &*id {
                "summary" => fields.summary = value(&mut map)?,
                "description" => fields.description = map.next_value()?,
                "environment" => fields.environment = map.next_value()?,
                "status" => fields.status = value(&mut map)?,
                "assignee" => fields.assignee = value(&mut map)?,
                "reporter" => fields.reporter = value(&mut map)?,
                "priority" => fields.priority = value(&mut map)?,
                "issuetype" => fields.issuetype = value(&mut map)?,
                "project" => fields.project = value(&mut map)?,
                "resolution" => fields.resolution = value(&mut map)?,
                "created" => fields.created = value(&mut map)?,
                "updated" => fields.updated = value(&mut map)?,
                "timetracking" => fields.timetracking = value(&mut map)?,
                "labels" => fields.labels = list(&mut map)?,
                "components" => fields.components = list(&mut map)?,
                "fixVersions" => fields.fix_versions = list(&mut map)?,
                "versions" => fields.versions = list(&mut map)?,
                custom if custom.starts_with("customfield_") => {
                    let value: Option<Box<RawValue>> = map.next_value()?;
                    if let Some(value) = value.and_then(readable) {
                        fields.custom.insert(id.into_owned(), value);
                    }
                }
                other if OTHERS.contains(&other) => {
                    let value: Option<Box<RawValue>> = map.next_value()?;
                    if let Some(value) = value.and_then(readable) {
                        fields.others.insert(id.into_owned(), value);
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

/// A value, if whoever is given it can make a tree of it.
#[must_use]
pub fn readable(value: Box<RawValue>) -> Option<Box<RawValue>> {
    let repaired = match juncture_json::readable(value.get()).ok()? {
        Cow::Borrowed(_) => None,
        Cow::Owned(repaired) => Some(repaired),
    };
    repaired.map_or(Some(value), |text| RawValue::from_string(text).ok())
}

/// The id of a field, in the text that it stands in.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// A value, if it has the shape that Jira documents. One that has another costs this field, and not
/// the issue, nor the list that the issue is in.
fn value<'de, A: MapAccess<'de>, T: DeserializeOwned>(map: &mut A) -> Result<Option<T>, A::Error> {
    let value: Option<&RawValue> = map.next_value()?;
    Ok(value.and_then(read))
}

/// Likewise the items of a list, each for itself.
fn list<'de, A: MapAccess<'de>, T: DeserializeOwned>(map: &mut A) -> Result<Vec<T>, A::Error> {
    let items: Option<Items> = value(map)?;
    let items = items.unwrap_or_default().0;
    Ok(items.iter().filter_map(|item| read(item)).collect())
}

/// The raw items of a list, of which Jira has far fewer.
#[derive(Default, serde::Deserialize)]
struct Items(#[serde(deserialize_with = "at_most::<1_000, _, _>")] Vec<Box<RawValue>>);

fn read<T: DeserializeOwned>(value: &RawValue) -> Option<T> {
    juncture_json::decode_parts(value.get()).ok()
}

/// A step of a workflow.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The id, a string of digits.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Whether that means to do, in progress or done.
    pub status_category: Option<StatusCategory>,
    /// What it means.
    pub description: Option<String>,
}

/// What a status means; there are the same four on every site.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusCategory {
    /// 1 to 4, in the order of the keys below.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: u64,
    /// `undefined` (1), `new` (2), `done` (3) or `indeterminate` (4).
    pub key: String,
    /// The name to show.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// A colour's name, such as `blue-gray`.
    pub color_name: Option<String>,
}

/// How urgent an issue is.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Priority {
    /// The id, a string of digits.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// The name to show.
    pub name: String,
    /// A picture of it.
    pub icon_url: Option<String>,
    /// What it means; told by [`Site::priorities`](crate::Site::priorities) alone.
    pub description: Option<String>,
    /// Whether new issues get it, which the same tells; not reliably.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub is_default: bool,
}

/// A kind of issue.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IssueType {
    /// The id, a string of digits.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// The name to show.
    pub name: String,
    /// A picture of it.
    pub icon_url: Option<String>,
    /// Whether such issues are parts of others.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub subtask: bool,
    /// What it is for.
    pub description: Option<String>,
    /// Its level: -1 for subtasks, 1 for epics, 0 for what is between, and above 1 what is above.
    pub hierarchy_level: Option<i64>,
}

/// The project of an issue, in short.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct ProjectReference {
    /// The id, a string of digits.
    pub id: String,
    /// The key.
    pub key: String,
    /// The name to show.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
}

/// How an issue was resolved.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resolution {
    /// The id, a string of digits.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// The name to show.
    pub name: String,
    /// What it means.
    pub description: Option<String>,
    /// Whether it is the one that is proposed; told by
    /// [`Site::resolutions`](crate::Site::resolutions) alone.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub is_default: bool,
}

/// A part of a project.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Component {
    /// The id, a string of digits.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// The name to show.
    pub name: String,
    /// What belongs to it.
    pub description: Option<String>,
    /// Who leads it; told by [`Site::components`](crate::Site::components) alone.
    pub lead: Option<User>,
}

/// A version of what a project makes.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// The id, a string of digits.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Whether it is out.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub released: bool,
    /// Whether it is out of use.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub archived: bool,
    /// The day it came or comes out (`2026-09-27`).
    pub release_date: Option<String>,
    /// The day work on it began or begins, written alike.
    pub start_date: Option<String>,
    /// What is new in it.
    pub description: Option<String>,
    /// Whether it should have been out by now.
    pub overdue: Option<bool>,
}

/// The time that an issue takes, in Jira's words (`3d 4h`) and in seconds.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeTracking {
    /// What it was thought to take.
    pub original_estimate: Option<String>,
    /// What it is thought to take still.
    pub remaining_estimate: Option<String>,
    /// What it has taken.
    pub time_spent: Option<String>,
    /// What it was thought to take, in seconds.
    pub original_estimate_seconds: Option<i64>,
    /// What it is thought to take still, in seconds.
    pub remaining_estimate_seconds: Option<i64>,
    /// What it has taken, in seconds.
    pub time_spent_seconds: Option<i64>,
}
