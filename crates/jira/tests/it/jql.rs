//! Queries that somebody else wrote: safe to wrap or refused; and what Jira thinks of them.

use juncture_jira::jql::{Query, Unsafe, position};
use juncture_jira::{Site, Validation};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Fake, HandClock, Issues, Reply, SITE, cases, client, path, token};

#[test]
fn a_query_is_taken_apart_where_its_order_begins() {
    for (jql, restriction, order) in [
        ("status = Open", "status = Open", ""),
        (
            " status = Open ORDER BY created DESC ",
            "status = Open",
            "ORDER BY created DESC",
        ),
        (
            "status = Open order\tby\n created",
            "status = Open",
            "order\tby\n created",
        ),
        ("ORDER BY created", "", "ORDER BY created"),
        ("", "", ""),
        (
            "summary ~ \"order by x\" ORDER BY a",
            "summary ~ \"order by x\"",
            "ORDER BY a",
        ),
        (
            "summary ~ 'it\\'s \" ORDER BY'",
            "summary ~ 'it\\'s \" ORDER BY'",
            "",
        ),
        ("(a = 1)ORDER BY b", "(a = 1)", "ORDER BY b"),
        ("a = \"1\"order by b", "a = \"1\"", "order by b"),
        ("reorder by = 1", "reorder by = 1", ""),
        ("order = 1 AND by = 2", "order = 1 AND by = 2", ""),
        ("order, by = 2", "order, by = 2", ""),
        ("a = order.by", "a = order.by", ""),
        ("a = ORDER bye", "a = ORDER bye", ""),
        (
            "cf[10020] = 5 AND \"Severity[Dropdown]\" = x",
            "cf[10020] = 5 AND \"Severity[Dropdown]\" = x",
            "",
        ),
        ("a = 1 ORDER BY", "a = 1", "ORDER BY"),
        ("ä = \"ö\" ORDER BY ü", "ä = \"ö\"", "ORDER BY ü"),
    ] {
        let query = Query::read(jql).unwrap_or_else(|error| panic!("{jql}: {error}"));
        assert_eq!(
            (query.restriction(), query.order()),
            (restriction, order),
            "{jql}"
        );
        assert_eq!(query.is_bounded(), !restriction.is_empty());
    }
}

#[test]
fn what_could_break_out_of_brackets_is_refused() {
    for (jql, fault) in [
        ("a = 1) OR (b = 2", Unsafe::StrayBracket(5)),
        ("a = 1)", Unsafe::StrayBracket(5)),
        ("(a = 1", Unsafe::OpenBracket(0)),
        ("a in (1, (2)", Unsafe::OpenBracket(5)),
        ("a = [1)", Unsafe::OpenBracket(4)),
        ("a = \"1", Unsafe::OpenQuote(4)),
        ("a = '1\"", Unsafe::OpenQuote(4)),
        ("a = \"1\\\"", Unsafe::OpenQuote(4)),
        ("a = \"1\\", Unsafe::OpenQuote(4)),
        // Jira reads no quote here, so that its brackets are others than ours would be.
        ("a = x\\\" ) OR (b = \"y", Unsafe::Backslash(5)),
        ("(a = 1 ORDER BY b)", Unsafe::StrayOrder(7)),
        ("a = 1 ORDER BY b ORDER BY c", Unsafe::StrayOrder(17)),
        ("a = 1 ORDER BY b) OR (c = 1", Unsafe::StrayBracket(16)),
        ("a = 1 ORDER BY \"b", Unsafe::OpenQuote(15)),
        ("a = 1\u{0}", Unsafe::ControlCharacter(5)),
    ] {
        let error = Query::read(jql).unwrap_err();
        assert_eq!(error, fault, "{jql}");
        assert!(error.at() < jql.len() && !error.to_string().is_empty());
    }
}

#[test]
fn another_restriction_goes_around_it() {
    let and = |jql| Query::read(jql).unwrap().and("project = \"ED\"");
    assert_eq!(
        and("a = 1 OR b = 2"),
        "(a = 1 OR b = 2) AND (project = \"ED\")"
    );
    assert_eq!(
        and("a = 1 ORDER BY b"),
        "(a = 1) AND (project = \"ED\") ORDER BY b"
    );
    assert_eq!(and("ORDER BY b"), "project = \"ED\" ORDER BY b");
    assert_eq!(and(""), "project = \"ED\"");
}

/// The depth of brackets at each place, and whether it is outside of quotes, as Jira reads it: outside
/// of quotes a backslash takes the meaning of what follows.
fn depths(jql: &str) -> Vec<i32> {
    let (mut depth, mut quote, mut escaped) = (0, None, false);
    let mut depths = Vec::new();
    for character in jql.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            other if quote == Some(other) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(character),
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depths.push(depth);
    }
    depths
}

proptest! {
    #![proptest_config(cases(4_096))]

    /// Whatever somebody writes stays inside of the brackets around it.
    #[test]
    fn nothing_leaves_its_brackets(jql in r#"([()\[\]"'\\ =a]|order|by|ORDER BY| AND | OR ){0,24}"#) {
        if let Ok(query) = Query::read(&jql) {
            let wrapped = query.and("x");
            let wall = query.restriction().chars().count() + 1;
            let depths = depths(&wrapped);
            if query.is_bounded() {
                prop_assert!(depths[..wall].iter().all(|depth| *depth >= 1), "{wrapped}");
                prop_assert_eq!(depths[wall], 0, "{}", wrapped);
            }
            prop_assert!(depths.iter().all(|depth| *depth >= 0));
            prop_assert_eq!(depths.last().copied().unwrap_or(0), 0);
        }
    }
}

#[test]
fn the_place_of_a_fault_is_read_from_its_sentence() {
    for (sentence, place) in [
        (
            "Error in the JQL Query: The quoted string 'unclosed' has not been completed. (line 1, character 11)",
            Some((1, 11)),
        ),
        ("Wrong (line 2, character 3).", Some((2, 3))),
        (
            "The value 'X' does not exist for the field 'project'.",
            None,
        ),
        ("(line 1, character x)", None),
        ("(line 1", None),
    ] {
        assert_eq!(position(sentence), place, "{sentence}");
    }
}

#[tokio::test]
async fn jira_says_what_it_thinks_of_queries() {
    let answer = json!({"queries": [
        {"query": "stattus = Done", "errors": ["Field 'stattus' does not exist or you do not have permission to view it."]},
        {"query": "project = X", "structure": {"where": {}}, "warnings": ["The value 'X' does not exist for the field 'project'."], "errors": null},
        {"query": "a = 1", "structure": {}}]});
    for (validation, word) in [(Validation::Strict, "strict"), (Validation::Warn, "warn")] {
        let fake = Fake::script([Reply::ok(&answer.to_string())]).await;
        let (client, token) = (client(&fake.url, &HandClock::new()), token());
        let site: Site<'_> = client.site(SITE, &token);
        let parsed = site
            .parse_jql(&["stattus = Done", "project = X", "a = 1"], validation)
            .await
            .unwrap();
        assert_eq!((parsed[0].errors.len(), parsed[0].warnings.len()), (1, 0));
        assert_eq!((parsed[1].errors.len(), parsed[1].warnings.len()), (0, 1));
        assert!(parsed[2].errors.is_empty() && parsed[2].query == "a = 1");
        let request = fake.requests().remove(0);
        assert_eq!(
            (request.method.as_str(), request.target),
            ("POST", path(&format!("jql/parse?validation={word}")))
        );
        assert_eq!(
            request.body,
            r#"{"queries":["stattus = Done","project = X","a = 1"]}"#
        );
    }
}

#[tokio::test]
async fn a_search_is_read_page_by_page() {
    let fake = Issues::numbered(1..=120).serve().await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    let mut next = None;
    let mut sizes = Vec::new();
    loop {
        let page = site
            .search_page("project = ED", &["summary"], 1_000, next.as_deref())
            .await
            .unwrap();
        sizes.push(page.issues.len());
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [100, 20]);
    let bodies: Vec<Value> = (fake.requests().iter())
        .map(|request| juncture_json::decode(&request.body).unwrap())
        .collect();
    assert_eq!(
        bodies[0],
        json!({"jql": "project = ED", "fields": ["summary", "key"], "maxResults": 100})
    );
    assert_eq!(bodies[1]["nextPageToken"], "21");

    // Fewer, and none at all, which Jira does not take.
    for (most, sent) in [(7, 7), (0, 1)] {
        site.search_page("x", &["summary"], most, None)
            .await
            .unwrap();
        let last = fake.requests().pop().unwrap();
        let body: Value = juncture_json::decode(&last.body).unwrap();
        assert_eq!(body["maxResults"], sent);
    }
}

#[tokio::test]
async fn a_page_that_promises_itself_is_the_last() {
    for answer in [
        json!({"issues": [], "nextPageToken": "t", "isLast": true}),
        json!({"issues": [], "nextPageToken": "t"}),
        json!({"issues": []}),
    ] {
        let fake = Fake::script([Reply::ok(&answer.to_string())]).await;
        let (client, token) = (client(&fake.url, &HandClock::new()), token());
        let page = client
            .site(SITE, &token)
            .search_page("x", &["summary"], 50, Some("t"))
            .await
            .unwrap();
        assert_eq!(page.next, None);
    }
}

#[tokio::test]
async fn a_list_of_more_than_is_wanted_is_too_long_before_it_is_read() {
    for (most, calls) in [(50, 1), (100, 2), (6_999, 3)] {
        let fake = Issues::numbered(1..=7_000).serve().await;
        let (client, token) = (client(&fake.url, &HandClock::new()), token());
        let site = client.site(SITE, &token);
        let error = site
            .all_issues_as(most, "project = ED", &["summary"], |issue| issue)
            .await
            .unwrap_err();
        assert!(error.is_too_long() && !error.is_bad_response());
        assert_eq!(fake.count(), calls, "{most}");
    }
    let fake = Issues::numbered(1..=7_000).serve().await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    assert_eq!(
        site.all_issues_as(7_000, "project = ED", &["summary"], |issue| issue)
            .await
            .unwrap()
            .len(),
        7_000
    );
    let few = Issues::numbered(1..=60).serve().await;
    let client = crate::support::client(&few.url, &HandClock::new());
    let site = client.site(SITE, &token);
    assert_eq!(
        site.all_issues_as(60, "project = ED", &["summary"], |issue| issue)
            .await
            .unwrap()
            .len(),
        60
    );
    assert!(
        site.all_issues_as(59, "project = ED", &["summary"], |issue| issue)
            .await
            .unwrap_err()
            .is_too_long()
    );
}
