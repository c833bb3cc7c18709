//! Every operation of `openapi.json` has its method: each is called, and reaches just that operation.

use juncture_client::jira::{
    AssignableUsers, Category, CommentChanges, IssueChanges, ListTickets, NewComment, SearchIssues,
    SearchUsers, Target,
};
use juncture_client::{
    EndpointChanges, EndpointPage, Error, ListConnections, ListDeliveries, ListEvents, NewEndpoint,
    NewSession, ReplayEvents, TimelinePage, Whose,
};
use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::support::{BUG, Scene, bug};

#[tokio::test]
async fn every_operation_has_its_method() {
    let scene = Scene::start().await;
    let document = document();
    let mut count = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            // What whoever runs the server does is not for a product's back end, whose client this is.
            if operation["tags"][0] == "Admin" {
                continue;
            }
            scene.front.meets([]);
            if let Err(error) = Box::pin(call(&scene, id)).await {
                panic!("{id}: {error:?}");
            }
            let seen = scene.front.seen();
            let last = seen.last().unwrap_or_else(|| panic!("{id} asks nothing"));
            assert_eq!(last.method.to_lowercase(), *method, "{id}");
            let target = Url::parse(&scene.front.url)
                .unwrap()
                .join(&last.target)
                .unwrap();
            assert!(is_of(path, target.path()), "{id}: {target}");
            // What stands in the address is told there, and what is done once has a key.
            let told = |place: &str, name: &str| {
                let parameters = operation["parameters"].as_array();
                let mut parameters = parameters.into_iter().flatten();
                parameters.any(|one| one["in"] == place && one["name"] == name)
            };
            for (name, _) in target.query_pairs() {
                assert!(told("query", &name), "{id}: {name}");
            }
            let is_once = told("header", "Idempotency-Key");
            assert_eq!(last.key().is_some(), is_once, "{id}");
            count += 1;
        }
    }
    assert!(count > 50, "{count} operations");
}

/// The document of the server.
pub(crate) fn document() -> Value {
    juncture_json::decode(juncture_server::router::document()).unwrap()
}

/// Whether a path is one of these; what stands last of a call that is passed on may have slashes.
fn is_of(template: &str, path: &str) -> bool {
    let template: Vec<_> = template.split('/').collect();
    let path: Vec<_> = path.splitn(template.len(), '/').collect();
    let is_same = |(one, other): (&&str, &&str)| one == other || one.starts_with('{');
    template.len() == path.len() && template.iter().zip(&path).all(is_same)
}

/// Calls an operation through its one method. What is needed first is done first.
#[expect(clippy::too_many_lines, reason = "an arm for each operation")]
async fn call(scene: &Scene, id: &str) -> Result<(), Error> {
    if let Some(method) = id.strip_prefix("proxy") {
        // What Jira says to it does not matter here.
        let method: Method = method.to_uppercase().parse().unwrap();
        let request = scene.jira.request(method, "/rest/api/3/myself")?;
        return request.send().await.map(drop);
    }
    if id.starts_with("jira") && !["jiraFetchAvailableSites", "jiraCreateConnection"].contains(&id)
    {
        return Box::pin(call_jira(scene, id)).await;
    }
    if id.starts_with("eventEndpoints") || id.starts_with("eventDeliveries") {
        return Box::pin(call_event_endpoints(scene, id)).await;
    }
    let (world, juncture) = (&scene.world, &scene.juncture);
    let (connect, connections) = (juncture.connect(), juncture.connections());
    match id {
        "connectCreateSession" => {
            let session = NewSession::new("jira", "another");
            connect.create_session(&session).await.map(drop)
        }
        "oauthInitiate" => connect.start("jira", "another").await.map(drop),
        "oauthCallback" => {
            let started = connect.start("jira", "another").await?;
            let returned = world.consent(&started.authorization_uri).await;
            let page = connect.callback("jira", &returned).await?;
            assert!(page.contains("/finalize-connection/jira/"), "{page}");
            Ok(())
        }
        "oauthTryAgain" => {
            let page = connect.try_again("jira", &failed_flow(scene).await).await?;
            assert!(page.contains("/authorize?"), "{page}");
            Ok(())
        }
        "jiraFetchAvailableSites" => {
            let code = world.connection_code(juncture, "another").await;
            let sites = connect.sites(&code).await?;
            assert!(!sites.sites.is_empty());
            Ok(())
        }
        "jiraCreateConnection" => {
            world.connect(juncture, "another").await;
            Ok(())
        }
        "connectionsCheckValidity" => {
            let known = connections.check_validity("customer-1", "jira").await?;
            assert!(known.exists && !known.is_invalid);
            Ok(())
        }
        "connectionsGetCredentials" => {
            let known = connections.credentials("customer-1", "jira").await?;
            assert!(!format!("{known:?}").contains(known.refresh_token.as_deref().unwrap()));
            Ok(())
        }
        "connectionsGetAccessToken" => {
            let token = connections.access_token("customer-1", "jira").await?;
            assert!(!format!("{token:?}").contains(&token.access_token));
            Ok(())
        }
        "connectionsDelete" => {
            world.connect(juncture, "another").await;
            connections.delete("another", "jira").await
        }
        "connectionsList" => {
            let which = ListConnections {
                provider: Some("jira".to_owned()),
                state: Some("active".to_owned()),
                external_id_prefix: Some("customer".to_owned()),
                limit: Some(10),
                cursor: None,
            };
            let listed = connections.list(&which).await?;
            assert_eq!(listed.data[0].external_id, "customer-1");
            Ok(())
        }
        "connectionsGet" => {
            let known = connections.list(&ListConnections::default()).await?;
            let told = connections.get(&known.data[0].id).await?;
            assert_eq!(told.external_id, known.data[0].external_id);
            Ok(())
        }
        "connectionsTimeline" => {
            let known = connections.list(&ListConnections::default()).await?;
            let newest = TimelinePage {
                limit: Some(1),
                cursor: None,
            };
            let told = connections.timeline(&known.data[0].id, &newest).await?;
            assert_eq!(told.data.len(), 1);
            Ok(())
        }
        "connectionsDeleteById" => {
            world.connect(juncture, "another").await;
            let which = ListConnections {
                external_id_prefix: Some("another".to_owned()),
                ..ListConnections::default()
            };
            let listed = connections.list(&which).await?;
            connections.delete_by_id(&listed.data[0].id).await
        }
        "eventsList" => {
            world.connect(juncture, "customer-1").await;
            let first = ListEvents {
                limit: Some(1),
                types: Some("connection.created".to_owned()),
                ..ListEvents::default()
            };
            let mut feed = juncture.feed(first.clone());
            let read = feed.next().await?;
            assert_eq!(read[0].kind, "connection.created");
            assert_eq!(feed.cursor(), Some(&*read[0].cursor));
            let page = juncture.events().list(&first).await?;
            assert_eq!(page.data[0].data.sequence, Some(1));
            Ok(())
        }
        "eventsErase" => {
            world.connect(juncture, "forgotten").await;
            let whose = Whose::Customer("forgotten".to_owned());
            let done = juncture.events().erase(&whose).await?;
            assert!(done.erased > 0 && !done.has_more);
            let (provider, id) = ("jira".to_owned(), "nobody".to_owned());
            let account = Whose::Account { provider, id };
            assert_eq!(juncture.events().erase(&account).await?.erased, 0);
            let connection = Whose::Connection("00000000-0000-0000-0000-000000000007".to_owned());
            assert_eq!(juncture.events().erase(&connection).await?.erased, 0);
            Ok(())
        }
        "serverHealth" => juncture.health().live().await.map(drop),
        "serverReady" => juncture.health().ready().await.map(drop),
        "serverMetrics" => {
            let text = juncture.health().metrics().await?;
            assert!(text.contains("juncture_http_requests_total"), "{text}");
            Ok(())
        }
        other => panic!("{other} has no method in the client, or none in this test"),
    }
}

/// Calls an operation on an endpoint that was just made.
async fn call_event_endpoints(scene: &Scene, id: &str) -> Result<(), Error> {
    let endpoints = scene.juncture.event_endpoints();
    let new = NewEndpoint {
        // Nobody is there.
        url: "https://app.invalid/hook".to_owned(),
        ..NewEndpoint::default()
    };
    let made = endpoints.create(&new).await?;
    assert!(!format!("{made:?}").contains(&made.secret));
    let it = &*made.about.id;
    match id {
        "eventEndpointsCreate" => Ok(()),
        "eventEndpointsList" => {
            let page = EndpointPage {
                limit: Some(5),
                cursor: None,
            };
            assert!(!endpoints.list(&page).await?.data.is_empty());
            Ok(())
        }
        "eventEndpointsGet" => endpoints.get(it).await.map(drop),
        "eventEndpointsUpdate" => {
            let thin = EndpointChanges {
                mode: Some("thin".to_owned()),
                ..EndpointChanges::default()
            };
            let changed = endpoints.update(it, &thin).await?;
            assert_eq!(changed.mode, "thin");
            Ok(())
        }
        "eventEndpointsDelete" => endpoints.delete(it).await,
        "eventEndpointsTest" => {
            assert_ne!(endpoints.test(it).await?.outcome, "delivered");
            Ok(())
        }
        "eventEndpointsPause" => endpoints.pause(it).await.map(drop),
        "eventEndpointsResume" => endpoints.resume(it).await.map(drop),
        "eventEndpointsRotateSecret" => {
            let rotated = endpoints.rotate_secret(it, None).await?;
            assert_ne!(rotated.secret, made.secret);
            Ok(())
        }
        "eventEndpointsReplay" => {
            let all = ReplayEvents::default();
            endpoints.replay(it, &all).await.map(drop)
        }
        "eventDeliveriesList" => endpoints.deliveries(&waiting(it)).await.map(drop),
        "eventDeliveriesRetry" => {
            scene.world.connect(&scene.juncture, "another").await;
            let waiting = endpoints.deliveries(&waiting(it)).await?;
            endpoints.retry(&waiting.data[0].id).await
        }
        other => panic!("{other} has no method in the client, or none in this test"),
    }
}

fn waiting(endpoint_id: &str) -> ListDeliveries {
    ListDeliveries {
        endpoint_id: endpoint_id.to_owned(),
        state: "waiting".to_owned(),
        ..ListDeliveries::default()
    }
}

#[expect(clippy::too_many_lines, reason = "an arm for each operation")]
async fn call_jira(scene: &Scene, id: &str) -> Result<(), Error> {
    let jira = &scene.jira;
    let (tickets, issues, comments) = (jira.tickets(), jira.issues(), jira.comments());
    let (site, fields, users) = (jira.site(), jira.fields(), jira.users());
    let key = scene.new_ticket().await;
    match id {
        "jiraGetProjects" => jira.projects().list().await.map(drop),
        "jiraSelectProject" => jira.projects().select("SHOP").await,
        "jiraGetSelectedProject" => jira.projects().selected().await.map(drop),
        "jiraGetProject" => jira.projects().get(Some("SHOP")).await.map(drop),
        "jiraGetIssueTypes" => site.issue_types(None).await.map(drop),
        "jiraGetStatuses" => site.statuses(None).await.map(drop),
        "jiraGetPriorities" => site.priorities().await.map(drop),
        "jiraGetResolutions" => site.resolutions().await.map(drop),
        "jiraGetLabels" => site.labels().await.map(drop),
        "jiraGetFields" => fields.list().await.map(drop),
        "jiraGetCreateFields" => fields.for_create(None, BUG).await.map(drop),
        "jiraGetEditFields" => fields.for_edit(&key).await.map(drop),
        "jiraSearchUsers" => {
            let wanted = SearchUsers {
                query: "a".to_owned(),
                limit: Some(5),
            };
            users.search(&wanted).await.map(drop)
        }
        "jiraGetAssignableUsers" => {
            let wanted = AssignableUsers {
                issue_id_or_key: Some(key),
                ..AssignableUsers::default()
            };
            users.assignable(&wanted).await.map(drop)
        }
        "jiraGetCurrentUser" => users.current().await.map(drop),
        "jiraGetTicketsForProject" => {
            let wanted = ListTickets {
                fields: vec!["priority".to_owned(), "labels".to_owned()],
                ..ListTickets::default()
            };
            tickets.list(&wanted).await.map(drop)
        }
        "jiraSearchIssues" => {
            let query = SearchIssues {
                limit: Some(3),
                ..SearchIssues::new("project = SHOP")
            };
            issues.search(&query).await.map(drop)
        }
        "jiraCountIssues" => issues.count("project = SHOP").await.map(drop),
        "jiraGetBoardsForProject" => jira.boards().list(None).await.map(drop),
        "jiraGetAllSprintsForProject" => jira.sprints().list(None).await.map(drop),
        "jiraGetActiveSprintsForProject" => jira.sprints().active(None).await.map(drop),
        "jiraGetTicketsForSprint" => {
            let sprint = tickets.list(&ListTickets::default()).await?.sprint;
            let sprint_id = sprint.expect("one is under way").id;
            jira.sprints()
                .tickets(sprint_id, &["labels"])
                .await
                .map(drop)
        }
        "jiraGetIssueDetails" => {
            let issue = issues.get(&key).await?.issue;
            assert_eq!(issue.core.key, key);
            Ok(())
        }
        "jiraGetChangelog" => issues.changelog(&key).await.map(drop),
        "jiraEditIssue" => {
            let changes = IssueChanges {
                summary: Some("Another".to_owned()),
                ..IssueChanges::default()
            };
            issues.edit(&key, &changes).await.map(drop)
        }
        "jiraCreateTicket" => tickets.create(&bug("One")).await.map(drop),
        "jiraCreateTickets" => {
            let made = tickets.create_many(&[bug("One of many").into()]).await?;
            assert_eq!(made.results.len(), 1);
            Ok(())
        }
        "jiraDeleteIssue" => issues.delete(&key, true).await,
        "jiraGetTransitions" => issues.transitions(&key).await.map(drop),
        "jiraTransitionIssue" => {
            let wish = Target::Category(Category::Done).into();
            let moved = issues.transition(&key, &wish).await?;
            assert!(moved.changed);
            Ok(())
        }
        "jiraGetComments" => comments.list(&key).await.map(drop),
        "jiraAddComment" => comments
            .add(&key, &NewComment::of("I see it *too*."))
            .await
            .map(drop),
        "jiraEditComment" => {
            let comment = comments.add(&key, &NewComment::of("One")).await?.comment;
            let changes = CommentChanges {
                body: Some("Two".to_owned()),
                ..CommentChanges::default()
            };
            let edited = comments.edit(&key, &comment.id, &changes).await?;
            assert_eq!(edited.comment.body, "Two");
            Ok(())
        }
        "jiraDeleteComment" => {
            let comment = comments.add(&key, &NewComment::of("One")).await?.comment;
            comments.delete(&key, &comment.id).await
        }
        other => panic!("{other} has no method in the client, or none in this test"),
    }
}

/// The flow in the link of a page on which a flow has failed.
async fn failed_flow(scene: &Scene) -> String {
    let started = scene
        .juncture
        .connect()
        .start("jira", "another")
        .await
        .unwrap();
    let uri = started.authorization_uri;
    let (_, state) = uri.query_pairs().find(|(name, _)| name == "state").unwrap();
    let path = "/api/frontend/oauth/authorization-callback/jira";
    let page = scene
        .world
        .http
        .get(format!("{}{path}", scene.world.juncture));
    let page = page.query(&[("error", "access_denied"), ("state", &*state)]);
    let text = page.header("accept", "text/html").send().await.unwrap();
    let text = text.text().await.unwrap();
    let (_, rest) = text.split_once("try-again/jira?flow=").unwrap();
    rest.split('"').next().unwrap().to_owned()
}
