//! Every call can be spawned: its future may move between threads.

use crate::support::{HandClock, SITE, client, token};
use juncture_jira::{IssueChanges, NewIssue, Place, Step, Validation};

fn is_send<T: Send>(_: T) {}

#[tokio::test]
async fn every_call_may_move_between_threads() {
    let nobody = "http://127.0.0.1:1/".parse().unwrap();
    let client = client(&nobody, &HandClock::new());
    let token = token();
    let site = client.site(SITE, &token);
    let issue = NewIssue::default();
    is_send(site.boards("ED"));
    is_send(site.sprints(1, &[]));
    is_send(site.sprint(1));
    is_send(site.all_issues("x", &[]));
    is_send(site.sprint_issues(1, &[]));
    is_send(site.create_issue(&issue));
    is_send(site.edit_issue("x", &IssueChanges::default()));
    is_send(site.delete_issue("x", false));
    is_send(site.projects());
    is_send(site.create_issues(std::slice::from_ref(&issue)));
    is_send(site.create_fields("ED", "1"));
    is_send(site.edit_fields("ED-1"));
    is_send(site.labels());
    is_send(site.priorities());
    is_send(site.search_users("ada", 10));
    is_send(site.users_by_id(&["a"]));
    is_send(site.my_permissions(&["EDIT_ISSUES"], Place::Anywhere));
    is_send(site.transitions("ED-1"));
    is_send(site.standing("ED-1"));
    is_send(site.transition_issue("ED-1", &Step::default()));
    is_send(site.comments("ED-1"));
    is_send(site.changelog("ED-1"));
    is_send(site.search_page("x", &[], 50, None));
    is_send(site.parse_jql(&["x"], Validation::Strict));
}
