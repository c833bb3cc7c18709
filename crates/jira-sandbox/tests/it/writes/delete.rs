//! `DELETE issue/{idOrKey}`

use serde_json::json;

use super::{WRITE_SCOPES, message, subtask_and_parent};
use crate::support::{Cloud, Reply, SCOPES};

async fn delete(cloud: &Cloud, token: &str, tail: &str) -> Reply {
    let path = cloud.api("Acme", &format!("issue/{tail}"));
    cloud.call("DELETE", &path, token, "").await
}

#[tokio::test]
async fn deleted_issue_is_gone_and_its_number_is_never_given_again() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let body = json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Task"}, "summary": "Brief"}});
    let create = async || {
        cloud
            .post(&cloud.api("Acme", "issue"), &token, &body)
            .await
            .json()["key"]
            .clone()
    };
    let first = create().await;
    let reply = delete(&cloud, &token, first.as_str().unwrap()).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (204, ""));
    let again = delete(&cloud, &token, first.as_str().unwrap()).await;
    let expected = message("Issue does not exist or you do not have permission to see it.");
    assert_eq!(again.answer(), (404, expected));
    assert_ne!(create().await, first);
}

#[tokio::test]
async fn parent_is_deleted_only_with_its_subtasks() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let (subtask, parent) = subtask_and_parent(&cloud, &token).await;
    let text = format!(
        "The issue '{parent}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
    );
    for query in ["", "?deleteSubtasks=false", "?deleteSubtasks="] {
        let reply = delete(&cloud, &token, &format!("{parent}{query}")).await;
        assert_eq!(reply.answer(), (400, message(&text)), "{query}");
    }
    let reply = delete(&cloud, &token, &format!("{parent}?deleteSubtasks=True")).await;
    assert_eq!(reply.status, 204);
    for key in [parent, subtask] {
        assert_eq!(
            cloud
                .get(&cloud.api("Acme", &format!("issue/{key}")), &token)
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn those_who_edit_may_still_not_delete() {
    let cloud = Cloud::new().await;
    let expected = message("You do not have permission to delete issues in this project.");
    for person in ["Chiara", "Dmitri"] {
        let token = cloud.connect(person, "Acme", WRITE_SCOPES).await.access;
        assert_eq!(
            delete(&cloud, &token, "SHOP-7").await.answer(),
            (403, expected.clone())
        );
    }
    let bruno = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    assert_eq!(
        delete(&cloud, &bruno, "LEGACY-7").await.answer(),
        (403, expected)
    );
    let reader = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    assert_eq!(delete(&cloud, &reader, "SHOP-7").await.status, 401);
}
