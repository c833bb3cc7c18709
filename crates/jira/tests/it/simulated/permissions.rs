//! What a missing permission answers on a simulated site: mostly not what one would think.

use juncture_jira::{Assignable, IssueChanges, Site, Step, Validation};

use super::Cloud;
use super::around::{new_issue, to_comment};

#[tokio::test]
async fn what_may_not_be_done_is_mostly_not_offered() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let issue = new_issue(site, cloud.project()).await;
    let transitions = site.transitions(&issue).await.unwrap();
    let comment = site
        .add_comment(&issue, &to_comment("Seen."))
        .await
        .unwrap();
    assert!(!site.edit_fields(&issue).await.unwrap().is_empty());

    cloud
        .deny(
            cloud.user("en"),
            &[
                "CREATE_ISSUES",
                "EDIT_ISSUES",
                "TRANSITION_ISSUES",
                "ADD_COMMENTS",
                "DELETE_OWN_COMMENTS",
                "DELETE_ALL_COMMENTS",
            ],
        )
        .await;
    assert!(
        site.create_issue_types(cloud.project())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(site.edit_fields(&issue).await.unwrap().is_empty());
    assert!(site.transitions(&issue).await.unwrap().is_empty());

    let added = site.add_comment(&issue, &to_comment("Again.")).await;
    let error = added.unwrap_err();
    assert!(error.is_not_permitted() && error.is_invalid() && !error.is_outcome_unknown());
    let deleted = site.delete_comment(&issue, &comment.id).await;
    assert!(deleted.unwrap_err().is_not_permitted());
    let step = Step {
        transition_id: transitions[0].id.clone(),
        ..Step::default()
    };
    let moved = site.transition_issue(&issue, &step).await.unwrap_err();
    assert!(moved.is_step_not_possible());
    let changes = IssueChanges {
        summary: Some("It broke".to_owned()),
        ..IssueChanges::default()
    };
    let edited = site.edit_issue(&issue, &changes).await.unwrap_err();
    assert!(!edited.is_outcome_unknown());
    // What is there is read all the same.
    assert_eq!(site.comments(&issue).await.unwrap().len(), 1);
}

/// Runs a call with a token that may nothing, then with one of exactly the scopes that its error names.
macro_rules! needs {
    ($cloud:ident, $site:ident => $call:expr, $scopes:expr) => {{
        let client = $cloud.client();
        let poor = $cloud.token($cloud.user("en"), "read:me").await;
        let $site: Site<'_> = client.site($cloud.site_id(), &poor);
        let error = $call.await.map(drop).unwrap_err();
        assert!(error.is_missing_scope(), "{error:?}");
        assert_eq!(error.scopes(), $scopes);
        let just = $cloud
            .token($cloud.user("en"), &error.scopes().join(" "))
            .await;
        let $site: Site<'_> = client.site($cloud.site_id(), &just);
        let outcome = $call.await.map(drop);
        assert!(outcome.is_ok(), "{outcome:?}");
    }};
}

#[tokio::test]
async fn an_error_names_the_scopes_that_are_needed_and_no_others() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let (project, issue) = (cloud.project(), new_issue(site, cloud.project()).await);
    let boards = site.boards(project).await.unwrap();
    let board = boards
        .iter()
        .find(|board| board.kind == "scrum")
        .unwrap()
        .id;
    let (read, write) = (["read:jira-work"], ["write:jira-work"]);

    needs!(cloud, site => site.project(project), read);
    needs!(cloud, site => site.fields(), read);
    needs!(cloud, site => site.create_fields(project, "10001"), read);
    needs!(cloud, site => site.comments(&issue), read);
    needs!(cloud, site => site.changelog(&issue), read);
    needs!(cloud, site => site.search_page("project = ED", &[], 1, None), read);
    needs!(cloud, site => site.parse_jql(&["a = 1"], Validation::Warn), read);
    needs!(cloud, site => site.myself(), ["read:jira-user"]);
    needs!(cloud, site => site.assignable_users(Assignable::Project(project), None, 5), ["read:jira-user"]);
    needs!(cloud, site => site.edit_issue(&issue, &IssueChanges { summary: Some("x".into()), ..IssueChanges::default() }), write);
    needs!(cloud, site => site.add_comment(&issue, &to_comment("x")), write);
    needs!(cloud, site => site.boards(project), ["read:board-scope:jira-software", "read:project:jira"]);
    needs!(cloud, site => site.sprints(board, &[]), ["read:sprint:jira-software"]);
}
