//! Comments.

use juncture_sandbox::Options;
use serde_json::{Value, json};

use super::{WRITE_SCOPES, document, field_errors, fields, message};
use crate::support::{Cloud, Reply, still};

/// A path of the comments on SHOP-7, on which nobody has written anything.
fn at(cloud: &Cloud, tail: &str) -> String {
    cloud.api("Acme", &format!("issue/SHOP-7/comment{tail}"))
}

async fn add(cloud: &Cloud, token: &str, body: &Value) -> Reply {
    cloud.post(&at(cloud, ""), token, body).await
}

async fn added(cloud: &Cloud, token: &str, body: &Value) -> String {
    let reply = add(cloud, token, body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()["id"].as_str().unwrap().to_owned()
}

fn words(text: &str) -> Value {
    json!({"body": document(text)})
}

async fn texts(cloud: &Cloud, token: &str, query: &str) -> (Vec<String>, Value) {
    let list = cloud.get(&at(cloud, query), token).await.json();
    let comments = list["comments"].as_array().unwrap().iter();
    let text = |row: &Value| row["body"]["content"][0]["content"][0]["text"].clone();
    let texts = comments.map(|row| text(row).as_str().unwrap().to_owned());
    (texts.collect(), list["total"].clone())
}

#[tokio::test]
async fn a_comment_is_written_read_changed_and_deleted() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let before = fields(&cloud, &token, "SHOP-7").await["updated"].clone();
    let reply = add(&cloud, &token, &words("First")).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let comment = reply.json();
    assert_eq!(reply.header("location"), comment["self"].as_str().unwrap());
    assert_eq!(comment["body"], document("First"));
    assert_eq!(comment["author"]["displayName"], "Bruno Okafor");
    assert_eq!(comment["created"], "2026-10-01T14:00:00.000+0200");
    assert_eq!(comment["jsdPublic"], true);
    assert!(comment.get("visibility").is_none() && comment.get("properties").is_none());
    assert_ne!(fields(&cloud, &token, "SHOP-7").await["updated"], before);

    cloud.advance(60).await;
    let path = at(&cloud, &format!("/{}", comment["id"].as_str().unwrap()));
    let ada = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let moved = fields(&cloud, &token, "SHOP-7").await["updated"].clone();
    let edit = cloud
        .call(
            "PUT",
            &format!("{path}?notifyUsers=false"),
            &ada,
            &words("Second").to_string(),
        )
        .await;
    assert_eq!(edit.status, 200, "{}", edit.text);
    assert!(!edit.header("location").is_empty());
    let found = cloud.get(&path, &token).await.json();
    assert_eq!(found, edit.json());
    assert_eq!(found["body"], document("Second"));
    assert_eq!(found["author"]["displayName"], "Bruno Okafor");
    assert_eq!(found["updateAuthor"]["displayName"], "Ada Lindqvist");
    assert_eq!(found["updated"], "2026-10-01T14:01:00.000+0200");
    assert_eq!(
        fields(&cloud, &token, "SHOP-7").await["updated"],
        moved,
        "an edit moves nothing"
    );

    let gone = cloud.call("DELETE", &path, &token, "").await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    let id = comment["id"].as_str().unwrap();
    let text = format!("Can not find a comment for the id: {id}.");
    for method in ["GET", "PUT", "DELETE"] {
        let reply = cloud
            .call(method, &path, &token, &words("x").to_string())
            .await;
        assert_eq!(reply.answer(), (404, message(&text)), "{method}");
    }
    cloud
        .control("switches", json!({"comment_touches_issue": "all"}))
        .await;
    let id = added(&cloud, &token, &words("Third")).await;
    let moved = fields(&cloud, &token, "SHOP-7").await["updated"].clone();
    cloud
        .call("DELETE", &at(&cloud, &format!("/{id}")), &token, "")
        .await;
    assert_ne!(fields(&cloud, &token, "SHOP-7").await["updated"], moved);
}

#[tokio::test]
async fn comments_are_paged_and_ordered() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    for text in ["a", "b", "c"] {
        added(&cloud, &token, &words(text)).await;
    }
    let list = cloud
        .get(&at(&cloud, "?maxResults=2&startAt=1"), &token)
        .await
        .json();
    let members: Vec<_> = list.as_object().unwrap().keys().collect();
    assert_eq!(members, ["startAt", "maxResults", "total", "comments"]);
    assert_eq!(
        (&list["maxResults"], &list["startAt"]),
        (&json!(2), &json!(1))
    );
    let (found, total) = texts(&cloud, &token, "?maxResults=2&startAt=1").await;
    assert_eq!(
        (found, total),
        (vec!["b".to_owned(), "c".to_owned()], json!(3))
    );
    for (order, expected) in [
        ("", "abc"),
        ("created", "abc"),
        ("%2Bcreated", "abc"),
        ("-created", "cba"),
    ] {
        let (found, _) = texts(&cloud, &token, &format!("?orderBy={order}")).await;
        assert_eq!(found.concat(), expected, "{order}");
    }
    let wrong = cloud.get(&at(&cloud, "?orderBy=author"), &token).await;
    assert_eq!(wrong.status, 400);
    let unknown = cloud
        .get(&cloud.api("Acme", "issue/SHOP-99999/comment"), &token)
        .await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn bodies_that_are_no_comments_are_refused() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let comment = |text: &str| field_errors(&json!({"comment": text}));
    let invalid = comment("Comment body is not valid!");
    let empty = comment("Comment body can not be empty!");
    let long = document(&"x".repeat(32_768));
    for (body, expected) in [
        (json!({"body": "text"}), invalid.clone()),
        (json!({"body": {"type": "paragraph"}}), invalid),
        (json!({}), empty.clone()),
        (json!({"body": null}), empty.clone()),
        (
            json!({"body": {"type": "doc", "version": 1, "content": []}}),
            empty.clone(),
        ),
        (words("  "), empty),
        (
            json!({"body": {"type": "doc", "version": 1, "content": [{"type": "marquee"}]}}),
            (400, message("INVALID_INPUT")),
        ),
        (
            json!({"body": long}),
            comment(
                "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
            ),
        ),
    ] {
        assert_eq!(add(&cloud, &token, &body).await.answer(), expected);
    }
    cloud
        .control("switches", json!({"text_limit_error": "code"}))
        .await;
    assert_eq!(
        add(&cloud, &token, &json!({"body": long})).await.answer(),
        comment("CONTENT_LIMIT_EXCEEDED")
    );
    added(&cloud, &token, &words(&"한".repeat(32_767))).await;
    assert_eq!(texts(&cloud, &token, "").await.1, 1);
}

#[tokio::test]
async fn version_two_writes_and_reads_markup() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = at(&cloud, "").replace("/3/", "/2/");
    let body = json!({"body": "h2. Title\n\n*bold* [~accountid:712020:x]"});
    let reply = cloud.post(&path, &token, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(reply.json()["body"], body["body"]);
    let found = cloud.get(&at(&cloud, ""), &token).await.json();
    assert_eq!(
        found["comments"][0]["body"]["content"][0]["type"],
        "heading"
    );
    let wrong = cloud.post(&path, &token, &words("a")).await;
    assert_eq!(
        wrong.answer(),
        field_errors(&json!({"comment": "Operation value must be a string"}))
    );
}

#[tokio::test]
async fn permissions_are_refused_by_name_with_400() {
    let cloud = Cloud::new().await;
    let bruno = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let chiara = cloud.connect("Chiara", "Acme", WRITE_SCOPES).await.access;
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let text = "Dmitri Halloran, you do not have the permission to comment on this issue.";
    assert_eq!(
        add(&cloud, &dmitri, &words("a")).await.answer(),
        (400, message(text))
    );
    let brunos = added(&cloud, &bruno, &words("a")).await;
    let own = added(&cloud, &chiara, &words("b")).await;
    for (method, verb) in [("PUT", "edit"), ("DELETE", "delete")] {
        let path = at(&cloud, &format!("/{brunos}"));
        let reply = cloud
            .call(method, &path, &chiara, &words("c").to_string())
            .await;
        let text =
            format!("Chiara Moretti, you do not have the permission to {verb} this comment.");
        assert_eq!(reply.answer(), (400, message(&text)));
        let reply = cloud
            .call(
                method,
                &at(&cloud, &format!("/{own}")),
                &chiara,
                &words("c").to_string(),
            )
            .await;
        assert!(reply.status.is_success(), "{}", reply.text);
    }
}

#[tokio::test]
async fn only_its_readers_see_a_restricted_comment() {
    let cloud = Cloud::new().await;
    let ada = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let chiara = cloud.connect("Chiara", "Acme", WRITE_SCOPES).await.access;
    let restricted =
        |visibility: Value| json!({"body": document("secret"), "visibility": visibility});
    let reply = add(
        &cloud,
        &ada,
        &restricted(json!({"type": "role", "value": "Administrators"})),
    )
    .await;
    let visibility = json!({"type": "role", "value": "Administrators", "identifier": "10002"});
    assert_eq!(reply.json()["visibility"], visibility);
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    let by_id = add(
        &cloud,
        &ada,
        &restricted(json!({"type": "role", "identifier": "10002"})),
    )
    .await;
    assert_eq!(by_id.json()["visibility"], visibility);
    let group = add(
        &cloud,
        &ada,
        &restricted(json!({"type": "group", "value": "jira-admins-acme"})),
    )
    .await
    .json();
    let again = json!({"type": "group", "identifier": group["visibility"]["identifier"]});
    added(&cloud, &ada, &restricted(again)).await;

    assert_eq!(texts(&cloud, &ada, "").await.1, 4);
    assert_eq!(texts(&cloud, &chiara, "").await, (Vec::new(), json!(0)));
    assert_eq!(
        fields(&cloud, &chiara, "SHOP-7").await["comment"]["total"],
        0
    );
    let path = at(&cloud, &format!("/{id}"));
    assert_eq!(cloud.get(&path, &chiara).await.status, 404);
    for wrong in [
        json!({"type": "role", "value": "Administrators"}),
        json!({"type": "group", "value": "jira-admins-acme"}),
        json!({"type": "role", "value": "Nobody"}),
        json!({"type": "group", "identifier": "nothing"}),
        json!({"type": "planet", "value": "Mars"}),
    ] {
        let reply = add(&cloud, &chiara, &restricted(wrong)).await;
        assert_eq!(reply.status, 400, "{}", reply.text);
    }
    let edit = cloud
        .call("PUT", &path, &ada, &words("open?").to_string())
        .await
        .json();
    assert_eq!(edit["visibility"], visibility, "what is not said stays");
    cloud
        .control("switches", json!({"comment_edit_drops_visibility": true}))
        .await;
    let edit = cloud
        .call("PUT", &path, &ada, &words("open!").to_string())
        .await
        .json();
    assert!(edit.get("visibility").is_none());
    assert_eq!(texts(&cloud, &chiara, "").await.0, ["open!"]);
}

#[tokio::test]
async fn replies_belong_to_a_thread_and_inherit_its_readers() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let role = json!({"type": "role", "value": "Developers"});
    let body = json!({"body": document("top"), "visibility": role});
    let top: u64 = added(&cloud, &token, &body).await.parse().unwrap();
    let reply = json!({"body": document("reply"), "parentId": top});
    let answer = add(&cloud, &token, &reply).await.json();
    assert_eq!(answer["visibility"]["value"], "Developers");
    assert!(answer.get("parentId").is_none());
    let path = at(&cloud, &format!("/{}", answer["id"].as_str().unwrap()));
    cloud
        .control("switches", json!({"comment_parent_id_in_reads": "present"}))
        .await;
    assert_eq!(cloud.get(&path, &token).await.json()["parentId"], top);
    let open = json!({"body": document("reply"), "visibility": null});
    assert_eq!(
        cloud
            .call("PUT", &path, &token, &open.to_string())
            .await
            .status,
        400
    );
    let same = json!({"body": document("same"), "visibility": role});
    assert_eq!(
        cloud
            .call("PUT", &path, &token, &same.to_string())
            .await
            .status,
        200
    );
    let wrong = json!({"body": document("reply"), "parentId": 1});
    assert_eq!(add(&cloud, &token, &wrong).await.status, 400);
    let inside = json!({"body": document("reply"), "properties": [{"key": "a", "value": 1, "parentId": top}]});
    assert_eq!(
        add(&cloud, &token, &inside).await.answer(),
        (400, message("INVALID_INPUT"))
    );
}

#[tokio::test]
async fn comments_by_id_come_from_any_issue_that_is_seen() {
    let cloud = Cloud::new().await;
    let ada = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let bruno = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let one: u64 = added(&cloud, &bruno, &words("one")).await.parse().unwrap();
    let secret = cloud
        .post(
            &cloud.api("Acme", "issue/SEC-1/comment"),
            &ada,
            &words("two"),
        )
        .await
        .json();
    let two: u64 = secret["id"].as_str().unwrap().parse().unwrap();
    let path = cloud.api("Acme", "comment/list");
    let ids = async |token: &str, ids: Value| {
        let reply = cloud.post(&path, token, &json!({"ids": ids})).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let page = reply.json();
        assert_eq!(page["isLast"], true);
        let values = page["values"].as_array().unwrap().iter();
        values
            .map(|row| row["id"].as_str().unwrap().parse().unwrap())
            .collect::<Vec<u64>>()
    };
    assert_eq!(ids(&ada, json!([two, one, 1])).await, [two, one]);
    assert_eq!(ids(&bruno, json!([two, one])).await, [one]);
    for wrong in [json!([]), json!(vec![1; 1_001])] {
        let reply = cloud.post(&path, &ada, &json!({"ids": wrong})).await;
        assert_eq!(reply.status, 400);
    }
}

#[tokio::test]
async fn properties_mark_a_comment() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mut body = words("marked");
    body["properties"] = json!([{"key": "origin", "value": {"id": 7}}]);
    let id = added(&cloud, &token, &body).await;
    let path = cloud.api("Acme", &format!("comment/{id}/properties"));
    let keys = cloud.get(&path, &token).await.json();
    assert_eq!(keys["keys"][0]["key"], "origin");
    let one = format!("{path}/origin");
    assert_eq!(
        cloud.get(&one, &token).await.json(),
        json!({"key": "origin", "value": {"id": 7}})
    );
    assert_eq!(cloud.call("PUT", &one, &token, "8").await.status, 200);
    assert_eq!(
        cloud
            .call("PUT", &format!("{path}/new"), &token, "[]")
            .await
            .status,
        201
    );
    cloud
        .control("switches", json!({"comment_properties_in_list": "present"}))
        .await;
    let list = cloud.get(&at(&cloud, ""), &token).await.json();
    let expected = json!([{"key": "new", "value": []}, {"key": "origin", "value": 8}]);
    assert_eq!(list["comments"][0]["properties"], expected);
    assert_eq!(cloud.call("DELETE", &one, &token, "").await.status, 204);
    assert_eq!(cloud.get(&one, &token).await.status, 404);
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    assert_eq!(cloud.call("PUT", &one, &dmitri, "1").await.status, 403);
}

#[tokio::test]
async fn an_issue_takes_so_many_comments_and_no_more() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    cloud
        .control("switches", json!({"comments_per_issue": 2}))
        .await;
    added(&cloud, &token, &words("a")).await;
    added(&cloud, &token, &words("b")).await;
    assert_eq!(add(&cloud, &token, &words("c")).await.status, 413);
}

#[tokio::test]
async fn lists_of_issues_cut_the_comments_that_the_issue_itself_has() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let whole = fields(&cloud, &token, "SHOP-17").await["comment"].clone();
    assert_eq!(whole["comments"].as_array().unwrap().len(), 24);
    assert_eq!(
        (&whole["total"], &whole["maxResults"]),
        (&json!(24), &json!(24))
    );
    let nobody = &whole["comments"][2];
    assert!(nobody.get("author").is_none() && nobody["body"].is_object());
    let body = json!({"jql": "key = SHOP-17", "fields": ["comment"]});
    let found = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &body)
        .await
        .json();
    let cut = &found["issues"][0]["fields"]["comment"];
    assert_eq!(
        cut["comments"].as_array().unwrap()[..],
        whole["comments"].as_array().unwrap()[..20]
    );
    assert_eq!(
        (&cut["total"], &cut["maxResults"]),
        (&json!(24), &json!(20))
    );
    let body = json!({"issueIdsOrKeys": ["SHOP-17"], "fields": ["comment"]});
    let found = cloud
        .post(&cloud.api("Acme", "issue/bulkfetch"), &token, &body)
        .await
        .json();
    assert_eq!(&found["issues"][0]["fields"]["comment"], cut);
}

#[tokio::test]
async fn a_service_project_hides_internal_comments_from_customers() {
    let options = Options {
        projects: 9,
        ..still()
    };
    let cloud = Cloud::with(options).await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mut body = words("behind their backs");
    body["properties"] = json!([{"key": "sd.public.comment", "value": {"internal": true}}]);
    let public = async |key: &str| {
        let path = cloud.api("Acme", &format!("issue/{key}/comment"));
        let reply = cloud.post(&path, &token, &body).await;
        reply.json()["jsdPublic"].clone()
    };
    assert_eq!(public("HELP-1").await, false);
    assert_eq!(
        public("SHOP-7").await,
        true,
        "no customer sees this project"
    );
    cloud
        .control("switches", json!({"comment_internal_property": "ignored"}))
        .await;
    assert_eq!(public("HELP-1").await, true);
}
