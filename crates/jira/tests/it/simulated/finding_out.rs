//! What a simulated site has: its lists, its people, what may be done there.

use std::collections::BTreeSet;

use juncture_jira::{Assignable, Place, User};

use super::Cloud;
use super::around::new_issue;

#[tokio::test]
async fn the_lists_of_a_site_and_of_a_project_fit_together() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let project = cloud.project();

    let types: BTreeSet<String> = (site.issue_types().await.unwrap().into_iter())
        .map(|kind| kind.id)
        .collect();
    let own = site.create_issue_types(project).await.unwrap();
    assert!(!own.is_empty() && own.iter().all(|kind| types.contains(&kind.id)));
    let told = site.project(project).await.unwrap().issue_types();
    assert_eq!(told.len(), own.len());

    let statuses: BTreeSet<String> = (site.statuses().await.unwrap().into_iter())
        .map(|status| status.id)
        .collect();
    let by_type = site.project_statuses(project).await.unwrap();
    assert_eq!(by_type.len(), own.len());
    for kind in &by_type {
        assert!(own.iter().any(|own| own.id == kind.id));
        assert!(!kind.statuses.is_empty());
        assert!(
            kind.statuses
                .iter()
                .all(|status| statuses.contains(&status.id))
        );
    }

    // What a field of a new issue allows is among them.
    let fields = site.create_fields(project, &own[0].id).await.unwrap();
    let allowed = |id: &str| -> BTreeSet<String> {
        let field = fields.iter().find(|field| field.id == id).unwrap();
        let values = field.allowed_values().unwrap().into_iter();
        values.map(|value| value.id).collect()
    };
    let ids = |list: Vec<String>| -> BTreeSet<String> { list.into_iter().collect() };
    let priorities = site.priorities().await.unwrap();
    let priorities = ids(priorities.into_iter().map(|one| one.id).collect());
    assert!(allowed("priority").is_subset(&priorities));
    let versions = site.versions(project).await.unwrap();
    let versions = ids(versions.into_iter().map(|one| one.id).collect());
    assert!(allowed("fixVersions").is_subset(&versions));
    let components = site.components(project).await.unwrap();
    let components = ids(components.into_iter().map(|one| one.id).collect());
    assert_eq!(allowed("components"), components);
    assert!(!site.resolutions().await.unwrap().is_empty());

    let labels: BTreeSet<String> = ids(site.labels().await.unwrap());
    let jql = format!("project = \"{project}\"");
    let issues = site.all_issues(&jql, &["labels"]).await.unwrap();
    let used = issues.iter().flat_map(|issue| &issue.fields.labels);
    assert!(used.into_iter().all(|label| labels.contains(label)));
    assert!(site.versions("NOPE").await.unwrap_err().is_not_found());
}

/// The account ids of people who were found.
fn ids(users: &[User]) -> BTreeSet<&str> {
    users.iter().map(|user| user.account_id.as_str()).collect()
}

#[tokio::test]
async fn people_are_found_by_name_address_and_id() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let me = site.myself().await.unwrap();
    let known = cloud.user("en");
    let (name, address) = (
        known["name"].as_str().unwrap(),
        known["email"].as_str().unwrap(),
    );
    for query in [name, address] {
        let found = site.search_users(query, 50).await.unwrap();
        assert!(ids(&found).contains(me.account_id.as_str()), "{query}");
    }
    assert_eq!(site.search_users("", 1).await.unwrap().len(), 1);
    assert!(
        site.search_users("nobody-is-called-so", 50)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        site.user(&me.account_id).await.unwrap().account_id,
        me.account_id
    );
    assert!(site.user("712020:nobody").await.unwrap_err().is_not_found());

    let everybody = site.search_users("", 1_000).await.unwrap();
    let mut asked: Vec<&str> = everybody
        .iter()
        .map(|user| user.account_id.as_str())
        .collect();
    asked.push("712020:nobody");
    let read = site.users_by_id(&asked).await.unwrap();
    assert_eq!(ids(&read), ids(&everybody));

    let issue = new_issue(site, cloud.project()).await;
    for to in [
        Assignable::Project(cloud.project()),
        Assignable::Issue(&issue),
    ] {
        let found = site.assignable_users(to, None, 1_000).await.unwrap();
        assert!(ids(&found).contains(me.account_id.as_str()), "{to:?}");
        let few = site.assignable_users(to, Some(name), 1).await.unwrap();
        assert_eq!(few.len(), 1);
    }
}

#[tokio::test]
async fn permissions_tell_what_may_be_done_where() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let issue = new_issue(site, cloud.project()).await;
    cloud.deny(cloud.user("en"), &["EDIT_ISSUES"]).await;
    let keys = ["BROWSE_PROJECTS", "EDIT_ISSUES"];
    for place in [Place::Project(cloud.project()), Place::Issue(&issue)] {
        let mine = site.my_permissions(&keys, place).await.unwrap();
        let told: Vec<(&str, bool)> = mine.iter().map(|(key, may)| (key.as_str(), *may)).collect();
        assert_eq!(
            told,
            [("BROWSE_PROJECTS", true), ("EDIT_ISSUES", false)],
            "{place:?}"
        );
    }
    let anywhere = site
        .my_permissions(&["BROWSE_PROJECTS"], Place::Anywhere)
        .await;
    assert!(anywhere.unwrap()["BROWSE_PROJECTS"]);
    let unknown = site
        .my_permissions(&["EDIT_ISSUES", "NONSENSE"], Place::Anywhere)
        .await;
    assert!(unknown.unwrap_err().is_invalid());
    let nowhere = site.my_permissions(&keys, Place::Project("NOPE")).await;
    assert!(nowhere.unwrap_err().is_not_found());
}

/// The older call is deprecated, and so not in the document that requests are held against.
#[tokio::test]
async fn priorities_come_to_those_who_administer_nothing() {
    let cloud = Cloud::start_with(false).await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let open = site.priorities().await.unwrap();
    cloud
        .switch(serde_json::json!({"priority_search_scope": "admin_only"}))
        .await;
    let closed = site.priorities().await.unwrap();
    let names = |list: &[juncture_jira::Priority]| -> Vec<String> {
        list.iter().map(|priority| priority.name.clone()).collect()
    };
    assert_eq!(names(&open), names(&closed));
}
