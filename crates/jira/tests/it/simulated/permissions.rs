//! What a missing permission answers on a simulated site: mostly not what one would think.

use juncture_jira::{IssueChanges, Step};

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
