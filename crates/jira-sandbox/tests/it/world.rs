//! The seeded world: exact where it is promised, varied where it teaches.

use std::collections::BTreeSet;

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES, still};

/// Every issue of a project, with everything on it.
async fn issues(cloud: &Cloud, project: &str) -> Vec<Value> {
    let token = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let mut body = json!({"jql": format!("project = {project} ORDER BY key"), "fields": ["*all"], "maxResults": 100});
    let mut found = Vec::new();
    loop {
        let page = cloud
            .post(&cloud.api("Acme", "search/jql"), &token, &body)
            .await
            .json();
        found.extend(page["issues"].as_array().unwrap().clone());
        match page.get("nextPageToken") {
            Some(next) => body["nextPageToken"] = next.clone(),
            None => return found,
        }
    }
}

#[tokio::test]
async fn same_seed_gives_the_same_world_and_another_seed_another() {
    let (one, two) = (Cloud::new().await, Cloud::new().await);
    assert_eq!(one.world, two.world);
    assert_eq!(issues(&one, "SHOP").await, issues(&two, "SHOP").await);
    let other = Cloud::with(Options { seed: 2, ..still() }).await;
    assert_ne!(one.world, other.world);
}

#[tokio::test]
async fn first_project_has_exactly_the_asked_number_of_issues() {
    for (projects, count) in [(1, 0), (1, 1), (6, 1_237), (20, 50)] {
        let cloud = Cloud::with(Options {
            projects,
            issues: count,
            ..still()
        })
        .await;
        let rows = cloud.site_row("Acme")["projects"].as_array().unwrap();
        assert_eq!(rows.len(), projects);
        assert_eq!(rows[0]["issues"], count);
        assert!(
            rows[1..]
                .iter()
                .all(|row| row["issues"].as_u64().unwrap() > 10)
        );
        let keys: BTreeSet<_> = rows
            .iter()
            .map(|row| row["key"].as_str().unwrap())
            .collect();
        assert_eq!(keys.len(), projects, "keys are unique");
    }
    let empty = Cloud::with(Options {
        projects: 0,
        ..still()
    })
    .await;
    assert_eq!(empty.site_row("Acme")["projects"], json!([]));
}

#[tokio::test]
async fn first_project_has_exactly_the_asked_number_of_boards_and_sprints() {
    for (boards, sprints) in [(0, 6), (1, 0), (1, 1), (2, 3), (60, 130)] {
        let cloud = Cloud::with(Options {
            boards,
            sprints,
            ..still()
        })
        .await;
        let rows = cloud.site_row("Acme")["boards"].as_array().unwrap();
        // Others are the boards of MOB, SEC and PLAT, one each.
        assert_eq!(rows.len(), boards + 3);
        let sprints = if boards == 0 { 0 } else { sprints };
        let own = rows.iter().find(|row| row["id"] == 1);
        let count = own.map_or(0, |row| row["sprint_ids"].as_array().unwrap().len());
        assert_eq!(count, sprints);
        let ids: Vec<_> = rows
            .iter()
            .flat_map(|row| row["sprint_ids"].as_array().unwrap())
            .collect();
        let distinct: BTreeSet<_> = ids.iter().map(|id| id.as_u64().unwrap()).collect();
        assert_eq!(distinct.len(), ids.len());
        let broken = rows.iter().filter(|row| row["is_broken"] == true).count();
        assert_eq!(broken, usize::from(boards >= 4));
    }
}

#[tokio::test]
async fn people_are_in_several_sites_in_one_and_in_none() {
    let cloud = Cloud::new().await;
    let users = cloud.world["users"].as_array().unwrap();
    let counts: BTreeSet<_> = users
        .iter()
        .map(|user| user["site_ids"].as_array().unwrap().len())
        .collect();
    assert_eq!(counts, BTreeSet::from([0, 1, 2, 3]));
    assert!(users.iter().any(|user| user["language"] == "ko"));
}

#[tokio::test]
async fn issues_have_gaps_ties_and_jiras_timestamps() {
    let cloud = Cloud::new().await;
    let found = issues(&cloud, "SHOP").await;
    let field = |name: &'static str| found.iter().map(move |issue| &issue["fields"][name]);
    for name in [
        "description",
        "assignee",
        "reporter",
        "customfield_10020",
        "duedate",
        "customfield_10016",
        "customfield_10031",
    ] {
        assert!(
            field(name).any(Value::is_null) && field(name).any(|value| !value.is_null()),
            "{name}"
        );
    }
    assert!(
        found
            .iter()
            .any(|issue| issue["fields"].get("parent").is_some())
    );
    assert!(field("subtasks").any(|list| !list.as_array().unwrap().is_empty()));
    for name in ["labels", "components", "fixVersions"] {
        assert!(
            field(name).any(|list| list.as_array().unwrap().len() > 1),
            "{name}"
        );
    }
    let created: Vec<&str> = field("created")
        .map(|value| value.as_str().unwrap())
        .collect();
    let distinct: BTreeSet<_> = created.iter().collect();
    assert!(distinct.len() < created.len() * 3 / 4, "many ties");
    for text in created.iter().chain(
        &field("updated")
            .map(|value| value.as_str().unwrap())
            .collect::<Vec<_>>(),
    ) {
        let zoned = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.3f%z", text).unwrap();
        assert!(
            zoned.to_timestamp().unwrap() <= "2026-10-01T12:00:00Z".parse().unwrap(),
            "{text}"
        );
        assert!(
            text.len() == 28 && (text.ends_with("+0100") || text.ends_with("+0200")),
            "{text}"
        );
    }
    let months: BTreeSet<_> = created.iter().map(|text| &text[..7]).collect();
    assert!(months.len() >= 12, "{months:?}");
    let team = issues(&cloud, "MOB").await;
    assert!(
        team.iter()
            .all(|issue| issue["fields"].get("priority").is_none())
    );
}

#[tokio::test]
async fn scrum_project_has_one_running_sprint_between_closed_and_future_ones() {
    let cloud = Cloud::new().await;
    let found = issues(&cloud, "SHOP").await;
    let mut sprints = std::collections::BTreeMap::new();
    for issue in &found {
        for sprint in issue["fields"]["customfield_10020"]
            .as_array()
            .into_iter()
            .flatten()
        {
            sprints.insert(sprint["id"].as_u64().unwrap(), sprint.clone());
        }
    }
    let states: Vec<_> = sprints
        .values()
        .map(|sprint| sprint["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        ["closed", "closed", "closed", "active", "future", "future"]
    );
    for sprint in sprints.values() {
        let is_future = sprint["state"] == "future";
        assert_eq!(sprint.get("startDate").is_none(), is_future);
        assert_eq!(
            sprint.get("completeDate").is_some(),
            sprint["state"] == "closed"
        );
    }
    let carried = found.iter().any(|issue| {
        issue["fields"]["customfield_10020"]
            .as_array()
            .is_some_and(|list| list.len() > 1)
    });
    assert!(carried, "some issues were carried over");
}

#[tokio::test]
async fn descriptions_are_valid_documents_and_cover_every_common_node_and_mark() {
    let schema: Value =
        juncture_json::decode(include_str!("../../openapi/adf-schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let cloud = Cloud::new().await;
    let mut kinds = BTreeSet::new();
    for issue in issues(&cloud, "SHOP").await {
        let description = &issue["fields"]["description"];
        if description.is_null() {
            continue;
        }
        let errors: Vec<_> = validator
            .iter_errors(description)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{description}: {errors:?}");
        collect_kinds(description, &mut kinds);
    }
    let expected = "alignment annotation backgroundColor blockCard blockTaskItem blockquote bodiedExtension breakout bulletList caption code codeBlock date decisionItem decisionList doc em embedCard emoji expand extension hardBreak heading indentation inlineCard inlineExtension layoutColumn layoutSection link listItem media mediaGroup mediaInline mediaSingle mention nestedExpand orderedList panel paragraph placeholder rule status strike strong subsup table tableCell tableHeader tableRow taskItem taskList text textColor underline";
    let missing: Vec<_> = expected
        .split(' ')
        .filter(|kind| !kinds.contains(*kind))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn collect_kinds(node: &Value, kinds: &mut BTreeSet<String>) {
    if let Some(kind) = node["type"].as_str() {
        kinds.insert(kind.to_owned());
    }
    for part in ["content", "marks"] {
        for child in node[part].as_array().into_iter().flatten() {
            collect_kinds(child, kinds);
        }
    }
}
