//! Plain values of all kinds of fields, given to issues of a simulated site, which knows the fields by
//! Atlassian's documents and not by this client.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use juncture_jira::fields::{self, Checked, FieldKind, Purpose, Reason, Setting};
use juncture_jira::{FieldMeta, Issue, IssueChanges, IssueType, NewIssue, Site};
use serde_json::{Map, Value, json};

use super::Cloud;

/// The names of the values that a field may have.
fn names(field: &FieldMeta) -> Vec<String> {
    let allowed = field.allowed_values().unwrap_or_default();
    allowed.into_iter().map(|value| value.name).collect()
}

/// A value for a field, if its kind alone tells one: `me` is somebody.
fn value_for(field: &FieldMeta, me: &Value) -> Option<Value> {
    let first = names(field).into_iter().next();
    Some(match field.kind() {
        FieldKind::ShortText | FieldKind::Text => json!("A text"),
        FieldKind::RichText => json!("It **breaks**.\n\n- a\n- b"),
        FieldKind::Url => json!("https://example.com/a?b=c"),
        FieldKind::Number => json!(3.5),
        FieldKind::Date => json!("2026-11-30"),
        FieldKind::DateTime => json!("2026-11-30T09:00:00.000+00:00"),
        FieldKind::Labels => json!(["a", "b"]),
        FieldKind::Choice | FieldKind::Named | FieldKind::Version => json!(first?),
        FieldKind::Choices | FieldKind::Versions | FieldKind::Components => json!([first?]),
        FieldKind::Cascading => {
            let allowed = field.allowed_values()?;
            let option = allowed.iter().find(|option| !option.children.is_empty())?;
            json!([option.name, option.children[0].name])
        }
        FieldKind::User => me.clone(),
        FieldKind::Users => json!([me]),
        FieldKind::TimeTracking => json!({"originalEstimate": "1d", "remainingEstimate": "4h"}),
        _ => return None,
    })
}

/// What a field of this kind has after nothing was given to it.
fn is_nothing(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || *value == json!([]) || *value == json!({}))
}

struct Trial<'a> {
    site: Site<'a>,
    project: String,
    is_team_managed: bool,
    kinds: BTreeMap<String, FieldKind>,
}

impl Trial<'_> {
    fn check(&self, purpose: Purpose<'_>, fields: &[FieldMeta], given: &Value) -> Checked {
        let accounts = BTreeMap::new();
        let setting = Setting {
            purpose,
            is_team_managed: self.is_team_managed,
            accounts: &accounts,
        };
        fields::check(fields, given.as_object().unwrap(), setting)
    }

    async fn create(&self, kind: &IssueType, given: &Value) -> Issue {
        let fields = self
            .site
            .create_fields(&self.project, &kind.id)
            .await
            .unwrap();
        let elsewhere = ["project", "issuetype", "summary"];
        let checked = self.check(Purpose::New { given: &elsewhere }, &fields, given);
        assert!(checked.wrong.is_empty(), "{:?}", checked.wrong);
        let issue = NewIssue {
            project: self.project.clone(),
            summary: "It breaks".to_owned(),
            issue_type_id: kind.id.clone(),
            extra: checked.fields,
            ..NewIssue::default()
        };
        let created = self.site.create_issue(&issue).await;
        let created =
            created.unwrap_or_else(|error| panic!("{:?} of {given}", error.field_errors()));
        self.site.issue(&created.id, &["*all"]).await.unwrap()
    }

    async fn edit(&self, key: &str, given: &Value) -> Issue {
        let fields = self.site.edit_fields(key).await.unwrap();
        let checked = self.check(Purpose::Edit, &fields, given);
        assert!(checked.wrong.is_empty(), "{:?}", checked.wrong);
        let changes = IssueChanges {
            extra: checked.fields,
            update: checked.update,
            ..IssueChanges::default()
        };
        let edited = self.site.edit_issue(key, &changes).await;
        edited.unwrap_or_else(|error| panic!("{:?} of {given}", error.field_errors()));
        self.site.issue(key, &["*all"]).await.unwrap()
    }

    fn plain(&self, issue: &Issue, id: &str) -> Option<Value> {
        issue.fields.plain(id, self.kinds[id])
    }

    /// Whether an issue has these values. An instant may come in another zone.
    #[track_caller]
    fn has(&self, issue: &Issue, given: &Map<String, Value>) {
        for (id, value) in given {
            let plain = self.plain(issue, id).unwrap_or_default();
            if self.kinds[id] == FieldKind::DateTime {
                let instant = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
                assert_eq!(instant(&plain), instant(value), "{id}");
            } else {
                assert_eq!(plain, *value, "{id}");
            }
        }
    }

    /// Gives every field a value, reads it, writes back what was read, and clears it. The kinds that
    /// were tried.
    async fn every_field(&self, kind: &IssueType, me: &Value) -> BTreeSet<&'static str> {
        let fields = self
            .site
            .create_fields(&self.project, &kind.id)
            .await
            .unwrap();
        let by_hand = ["project", "issuetype", "summary"];
        let given: Map<String, Value> = (fields.iter())
            .filter(|field| field.is_settable() && !by_hand.contains(&&*field.id))
            .filter_map(|field| Some((field.id.clone(), value_for(field, me)?)))
            .collect();
        let issue = self.create(kind, &Value::Object(given.clone())).await;
        self.has(&issue, &given);
        // By the names of their fields, where those are the only ones.
        let is_only = |field: &&FieldMeta| {
            given.contains_key(&field.id)
                && fields
                    .iter()
                    .filter(|other| other.name == field.name)
                    .count()
                    == 1
        };
        let only = fields.iter().filter(is_only);
        let by_name = only.map(|field| (field.name.clone(), given[&field.id].clone()));
        let issue = self
            .edit(&issue.key, &Value::Object(by_name.collect()))
            .await;
        self.has(&issue, &given);
        let of_edit = self.site.edit_fields(&issue.key).await.unwrap();
        let cleared: Vec<&FieldMeta> = (of_edit.iter())
            .filter(|field| given.contains_key(&field.id) && !field.required)
            .filter(|field| field.kind() != FieldKind::TimeTracking)
            .collect();
        let nothing = cleared.iter().map(|field| (field.id.clone(), Value::Null));
        let issue = self
            .edit(&issue.key, &Value::Object(nothing.collect()))
            .await;
        for field in &cleared {
            let plain = self.plain(&issue, &field.id);
            assert!(is_nothing(plain.as_ref()), "{}: {plain:?}", field.id);
        }
        self.site.delete_issue(&issue.key, true).await.unwrap();
        given.keys().map(|id| self.kinds[id].word()).collect()
    }
}

async fn trial<'a>(cloud: &Cloud, site: Site<'a>, is_team_managed: bool) -> Trial<'a> {
    let projects = cloud.world["sites"][0]["projects"].as_array().unwrap();
    let fits = |project: &&Value| {
        project["is_team_managed"] == is_team_managed && project["is_archived"] == false
    };
    let most = |project: &&Value| project["issues"].as_u64();
    let project = projects.iter().filter(fits).max_by_key(most).unwrap();
    let fields = site.fields().await.unwrap();
    Trial {
        site,
        project: project["key"].as_str().unwrap().to_owned(),
        is_team_managed,
        kinds: (fields.iter())
            .map(|field| (field.id.clone(), field.kind()))
            .collect(),
    }
}

#[tokio::test]
async fn every_kind_of_field_is_given_read_written_back_and_cleared() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let me = site.myself().await.unwrap();
    let me = json!({"accountId": me.account_id, "displayName": me.display_name});
    let mut words = BTreeSet::new();
    for is_team_managed in [false, true] {
        let trial = trial(&cloud, site, is_team_managed).await;
        let types = site.create_issue_types(&trial.project).await.unwrap();
        for kind in types.iter().filter(|kind| !kind.subtask) {
            words.extend(trial.every_field(kind, &me).await);
        }
    }
    let all = [
        "any",
        "cascading_option",
        "components",
        "date",
        "datetime",
        "labels",
        "number",
        "option",
        "options",
        "rich_text",
        "text",
        "url",
        "user",
        "users",
        "version",
        "versions",
    ];
    assert_eq!(words, BTreeSet::from(all));
}

#[tokio::test]
async fn sprints_groups_projects_and_teams_are_written_as_they_are_read() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let trial = trial(&cloud, site, false).await;
    let issues = site
        .all_issues(&format!("project = \"{}\"", trial.project), &["*all"])
        .await
        .unwrap();
    let wanted = [
        FieldKind::Sprint,
        FieldKind::Group,
        FieldKind::Groups,
        FieldKind::Project,
        FieldKind::Team,
    ];
    for kind in wanted {
        let ids: Vec<&String> = (trial.kinds.iter())
            .filter(|(id, known)| **known == kind && id.as_str() != "project")
            .map(|(id, _)| id)
            .collect();
        let has = |issue: &&Issue| {
            let mut values = ids.iter().map(|id| trial.plain(issue, id));
            values.any(|value| !is_nothing(value.as_ref()))
        };
        let issue = issues.iter().find(has);
        let issue = issue.unwrap_or_else(|| panic!("no issue has a {kind:?}"));
        let id = ids
            .into_iter()
            .find(|id| !is_nothing(trial.plain(issue, id).as_ref()));
        let id = id.unwrap();
        let value = trial.plain(issue, id).unwrap();
        let edited = trial.edit(&issue.key, &json!({ id.as_str(): value })).await;
        assert_eq!(trial.plain(&edited, id), Some(value.clone()), "{kind:?}");
        let cleared = trial.edit(&issue.key, &json!({ id.as_str(): null })).await;
        assert!(is_nothing(trial.plain(&cleared, id).as_ref()), "{kind:?}");
        let again = trial.edit(&issue.key, &json!({ id.as_str(): value })).await;
        assert_eq!(trial.plain(&again, id), Some(value), "{kind:?}");
    }
}

#[tokio::test]
async fn a_parent_is_given_and_taken_away_in_both_styles() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    for is_team_managed in [false, true] {
        let trial = trial(&cloud, site, is_team_managed).await;
        let types = site.create_issue_types(&trial.project).await.unwrap();
        let of_level = |level| {
            types
                .iter()
                .find(|kind| kind.hierarchy_level == Some(level))
        };
        let epic = trial.create(of_level(1).unwrap(), &json!({})).await;
        let child = trial
            .create(of_level(0).unwrap(), &json!({"parent": epic.key}))
            .await;
        assert_eq!(trial.plain(&child, "parent"), Some(json!(epic.key)));
        let alone = trial.edit(&child.key, &json!({"parent": null})).await;
        assert_eq!(trial.plain(&alone, "parent"), None);
        let back = trial.edit(&child.key, &json!({"parent": epic.id})).await;
        assert_eq!(trial.plain(&back, "parent"), Some(json!(epic.key)));
    }
}

#[tokio::test]
async fn what_the_check_would_refuse_jira_refuses_in_the_same_field() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let trial = trial(&cloud, site, false).await;
    let types = site.create_issue_types(&trial.project).await.unwrap();
    let kind = types.iter().find(|kind| !kind.subtask).unwrap();
    let issue = trial.create(kind, &json!({})).await;
    let fields = site.edit_fields(&issue.key).await.unwrap();
    let wrong = |field: &FieldMeta| {
        Some(match field.kind() {
            FieldKind::Number => json!("5"),
            FieldKind::Labels => json!(["a b"]),
            FieldKind::RichText => json!({"type": "paragraph"}),
            FieldKind::Choice | FieldKind::Named => json!({"id": "999999"}),
            FieldKind::Choices => json!(["Nothing of the kind"]),
            FieldKind::Users => json!("somebody"),
            FieldKind::Sprint => json!("Sprint 1"),
            FieldKind::Date => json!("30.11.2026"),
            _ => return None,
        })
    };
    let mut tried = 0;
    for field in fields.iter().filter(|field| field.is_settable()) {
        let Some(value) = wrong(field) else { continue };
        tried += 1;
        let checked = trial.check(Purpose::Edit, &fields, &json!({ &*field.id: value }));
        assert_eq!(checked.wrong.len(), 1, "{}", field.id);
        // Sent all the same, it is refused.
        let mut changes = IssueChanges::default();
        changes.extra.set(&field.id, &value);
        let error = site.edit_issue(&issue.key, &changes).await.unwrap_err();
        let refused = fields::refused(error.messages(), error.field_errors(), &fields);
        assert_eq!(refused.len(), 1, "{}: {error:?}", field.id);
        assert_eq!((&refused[0].id, &refused[0].name), (&field.id, &field.name));
        assert_ne!(
            refused[0].reason,
            Reason::Refused,
            "{:?}",
            refused[0].jira_says
        );
    }
    assert!(tried >= 8, "{tried}");
}
