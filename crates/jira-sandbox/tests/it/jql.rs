//! What JQL means, and what it refuses.

use serde_json::{Value, json};

use crate::support::{Cloud, Reply, SCOPES};

struct Searcher {
    cloud: Cloud,
    token: String,
}

impl Searcher {
    async fn new() -> Self {
        let cloud = Cloud::new().await;
        let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
        Self { cloud, token }
    }

    async fn search(&self, jql: &str) -> Reply {
        let path = self.cloud.api("Acme", "search/jql");
        let body = json!({"jql": jql, "maxResults": 5000, "fields": ["key"]});
        self.cloud.post(&path, &self.token, &body).await
    }

    /// The keys a query finds, in order.
    async fn keys(&self, jql: &str) -> Vec<String> {
        let reply = self.search(jql).await;
        assert_eq!(reply.status, 200, "{jql}: {}", reply.text);
        let body = reply.json();
        let issues = body["issues"].as_array().unwrap().iter();
        issues
            .map(|issue| issue["key"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The issues of a query, each with the fields one may test against it.
    async fn issues(&self, jql: &str) -> Vec<Value> {
        let path = self.cloud.api("Acme", "issue/bulkfetch");
        let keys = self.keys(jql).await;
        let body = json!({"issueIdsOrKeys": keys, "fields": ["summary", "status", "assignee", "created", "updated", "project", "priority", "customfield_10020", "labels", "reporter", "resolution", "duedate", "issuetype"]});
        self.cloud.post(&path, &self.token, &body).await.json()["issues"]
            .as_array()
            .unwrap()
            .clone()
    }
}

/// An issue with what the cases ask about it.
struct Shown {
    key: String,
    project: String,
    status: String,
    category: String,
    assignee: Option<String>,
    sprints: Vec<String>,
    words: Vec<String>,
    has_priority: bool,
    is_mine: bool,
    is_reported_by_me: bool,
    resolution: Option<String>,
    due: Option<String>,
    issue_type: String,
}

impl Shown {
    fn new(issue: &Value, me: &str) -> Self {
        let fields = &issue["fields"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let assignee = fields["assignee"]["accountId"].as_str();
        let sprints = fields["customfield_10020"].as_array().into_iter().flatten();
        let summary = text(&fields["summary"]).to_lowercase();
        Self {
            key: text(&issue["key"]),
            project: text(&fields["project"]["key"]),
            status: text(&fields["status"]["name"]),
            category: text(&fields["status"]["statusCategory"]["key"]),
            assignee: assignee.map(str::to_owned),
            sprints: sprints.map(|sprint| text(&sprint["state"])).collect(),
            words: summary
                .split(|letter: char| !letter.is_alphanumeric())
                .map(str::to_owned)
                .collect(),
            has_priority: fields.get("priority").is_some(),
            is_mine: assignee == Some(me),
            is_reported_by_me: fields["reporter"]["accountId"] == me,
            resolution: fields["resolution"]["name"].as_str().map(str::to_owned),
            due: fields["duedate"].as_str().map(str::to_owned),
            issue_type: text(&fields["issuetype"]["name"]),
        }
    }

    fn is_in_sprint(&self, state: &str) -> bool {
        self.sprints.iter().any(|own| own == state)
    }

    fn is_not_mine(&self) -> bool {
        self.assignee.is_some() && !self.is_mine
    }
}

type IsWanted = fn(&Shown) -> bool;

/// Restrictions within the projects SHOP and MOB, and which issues they are to find.
const RESTRICTIONS: [(&str, IsWanted); 36] = [
    ("project = SHOP", |row| row.project == "SHOP"),
    ("project = shop", |row| row.project == "SHOP"),
    ("project = 10000", |row| row.project == "SHOP"),
    ("PROJECT = \"Webshop\"", |row| row.project == "SHOP"),
    ("project != SHOP", |row| row.project == "MOB"),
    ("status = Done", |row| row.status == "Done"),
    ("status in ('To Do', \"Doing\")", |row| {
        ["To Do", "Doing"].contains(&row.status.as_str())
    }),
    ("statusCategory = \"In Progress\"", |row| {
        row.category == "indeterminate"
    }),
    ("statusCategory NOT IN (done, 2)", |row| {
        row.category == "indeterminate"
    }),
    ("assignee = currentUser()", |row| row.is_mine),
    ("assignee = \"bruno.okafor@people.example\"", |row| {
        row.is_mine
    }),
    ("assignee IS EMPTY", |row| row.assignee.is_none()),
    ("assignee = null", |row| row.assignee.is_none()),
    ("assignee is not NULL", |row| row.assignee.is_some()),
    ("assignee IN (currentUser(), EMPTY)", |row| {
        row.is_mine || row.assignee.is_none()
    }),
    ("assignee NOT IN (currentUser(), EMPTY)", Shown::is_not_mine),
    ("assignee != currentUser()", Shown::is_not_mine),
    ("NOT assignee = currentUser()", Shown::is_not_mine),
    ("!(assignee = currentUser() || status = Done)", |row| {
        row.is_not_mine() && row.status != "Done"
    }),
    ("sprint IN openSprints()", |row| row.is_in_sprint("active")),
    ("sprint = 'SHOP Sprint 4'", |row| {
        row.project == "SHOP" && row.is_in_sprint("active")
    }),
    ("sprint NOT IN closedSprints()", |row| {
        !row.sprints.is_empty() && !row.is_in_sprint("closed")
    }),
    ("sprint IS EMPTY", |row| row.sprints.is_empty()),
    ("summary ~ 'translate'", |row| {
        row.words.iter().any(|word| word == "translate")
    }),
    ("summary ~ 'transl*'", |row| {
        row.words.iter().any(|word| word.starts_with("transl"))
    }),
    ("summary !~ 'translate'", |row| {
        !row.words.iter().any(|word| word == "translate")
    }),
    ("priority IS EMPTY", |row| !row.has_priority),
    ("resolution = Unresolved", |row| row.resolution.is_none()),
    ("resolution IS NOT EMPTY", |row| row.resolution.is_some()),
    ("resolved IS EMPTY", |row| row.resolution.is_none()),
    ("creator = currentUser()", |row| row.is_reported_by_me),
    ("duedate IS NOT EMPTY", |row| row.due.is_some()),
    ("due <= 2026-05-01", |row| {
        row.due.as_deref().is_some_and(|due| due <= "2026-05-01")
    }),
    ("workType = Epic", |row| row.issue_type == "Epic"),
    ("project = MOB OR project = SHOP AND status = Done", |row| {
        row.project == "MOB" || row.status == "Done"
    }),
    (
        "(project = MOB OR project = SHOP) && status = Done",
        |row| row.status == "Done",
    ),
];

#[tokio::test]
async fn each_restriction_finds_exactly_what_it_says() {
    let searcher = Searcher::new().await;
    let me = searcher.cloud.person("Bruno");
    let all = searcher.issues("project in (SHOP, MOB)").await;
    let all: Vec<Shown> = all.iter().map(|issue| Shown::new(issue, &me)).collect();
    for (restriction, is_wanted) in RESTRICTIONS {
        let jql = format!("project in (SHOP, MOB) AND ({restriction})");
        let mut found = searcher.keys(&jql).await;
        let mut wanted: Vec<String> = all
            .iter()
            .filter(|row| is_wanted(row))
            .map(|row| row.key.clone())
            .collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{restriction}");
        assert!(
            !found.is_empty() && found.len() < all.len(),
            "{restriction} tells nothing apart"
        );
    }
    let part_of_a_word = "project = SHOP AND summary ~ transl";
    assert!(searcher.keys(part_of_a_word).await.is_empty());
}

#[tokio::test]
async fn dates_are_read_in_the_callers_zone_and_split_a_project_without_loss() {
    let searcher = Searcher::new().await;
    let all = searcher.keys("project = SHOP").await.len();
    for field in ["created", "updated"] {
        let before = searcher
            .keys(&format!("project = SHOP AND {field} < '2026/04/01 10:30'"))
            .await
            .len();
        let after = searcher
            .keys(&format!(
                "project = SHOP AND {field} >= \"2026-04-01 10:30\""
            ))
            .await
            .len();
        assert!(before > 0 && after > 0);
        assert_eq!(before + after, all, "{field}");
        let negated = searcher
            .keys(&format!(
                "project = SHOP AND NOT {field} >= \"2026-04-01 10:30\""
            ))
            .await
            .len();
        assert_eq!(negated, before);
    }
    // The zone of Bruno's profile is two hours ahead of UTC in spring.
    let created = searcher.issues("project = SHOP").await;
    let expected = created.iter().filter(|issue| {
        let text = issue["fields"]["created"].as_str().unwrap();
        text >= "2026-04-01T10:30"
    });
    let found = searcher
        .keys("project = SHOP AND created >= '2026-04-01 10:30'")
        .await
        .len();
    assert_eq!(found, expected.count(), "the site writes the same zone");
    assert_eq!(
        searcher
            .keys("project = SHOP AND created >= -400d")
            .await
            .len(),
        all
    );
    assert_eq!(
        searcher
            .keys("project = SHOP AND created > now()")
            .await
            .len(),
        0
    );
}

#[tokio::test]
async fn keys_compare_by_number_within_their_project() {
    let searcher = Searcher::new().await;
    let range = searcher
        .keys("key >= SHOP-9 AND key <= SHOP-11 ORDER BY key ASC")
        .await;
    assert_eq!(range, ["SHOP-9", "SHOP-10", "SHOP-11"]);
    assert_eq!(
        searcher
            .keys("issuekey IN (shop-2, 'SHOP-1') ORDER BY key")
            .await,
        ["SHOP-1", "SHOP-2"]
    );
    let issue = searcher
        .cloud
        .get(&searcher.cloud.api("Acme", "issue/SHOP-5"), &searcher.token)
        .await
        .json();
    let by_id = searcher
        .keys(&format!("id = {}", issue["id"].as_str().unwrap()))
        .await;
    assert_eq!(by_id, ["SHOP-5"]);
}

#[tokio::test]
async fn order_by_sorts_by_each_field_in_turn() {
    let searcher = Searcher::new().await;
    let ascending = searcher.keys("project = SHOP ORDER BY key").await;
    let mut descending = searcher.keys("project = SHOP ORDER BY key DESC").await;
    descending.reverse();
    assert_eq!(ascending, descending);
    assert_eq!(ascending.first().unwrap(), "SHOP-1");
    assert_eq!(ascending.len(), 240);
    let issues = searcher
        .keys("project = SHOP ORDER BY priority DESC, created ASC, key")
        .await;
    assert_eq!(issues.len(), 240);
}

/// Queries with their first mistake: what it is, and where (line, character) if not at the end.
const MISTAKES: [(&str, &str, &str); 15] = [
    (
        "project = a   status = b",
        "Expecting either 'OR' or 'AND' but got 'status'.",
        "1, 15",
    ),
    (
        "project = 'unclosed",
        "The quoted string 'unclosed' has not been completed.",
        "1, 11",
    ),
    (
        "project = SHOP AND",
        "Expecting a field name at the end of the query.",
        "",
    ),
    (
        "project = INT",
        "'INT' is a reserved JQL word. You must surround it in quotation marks to use it in a query.",
        "1, 11",
    ),
    (
        "project in (\nSHOP, do)",
        "'do' is a reserved JQL word. You must surround it in quotation marks to use it in a query.",
        "2, 7",
    ),
    (
        "project",
        "Expecting an operator before the end of the query. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.",
        "",
    ),
    (
        "project SHOP",
        "Expecting operator but got 'SHOP'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.",
        "1, 9",
    ),
    (
        "project =",
        "Expecting either a value, list or function before the end of the query.",
        "",
    ),
    (
        "(project = SHOP",
        "Expecting ')' before the end of the query.",
        "",
    ),
    (
        "project in (SHOP MOB)",
        "Expecting ')' but got 'MOB'.",
        "1, 18",
    ),
    (
        "project = @me",
        "The character '@' is a reserved JQL character. You must enclose it in a string or use the escape '\\u0040' instead.",
        "1, 11",
    ),
    (
        r#"project = "a\q""#,
        r#"'\q' is an illegal JQL escape sequence. The valid escape sequences are \', \", \t, \n, \r, \\, '\ ' and \uXXXX."#,
        "1, 13",
    ),
    (
        "project = SHOP ORDER created",
        "Expecting 'by' but got 'created'.",
        "1, 22",
    ),
    (
        "project = SHOP ORDER",
        "Expecting 'by' before the end of the query.",
        "",
    ),
    (
        "project = SHOP ORDER BY",
        "Expecting a field name at the end of the query.",
        "",
    ),
];

#[tokio::test]
async fn syntax_errors_say_what_and_where() {
    let searcher = Searcher::new().await;
    for (jql, what, place) in MISTAKES {
        let mut sentence = format!("Error in the JQL Query: {what}");
        if let Some((line, character)) = place.split_once(", ") {
            sentence = format!("{sentence} (line {line}, character {character})");
        }
        let expected = json!({"errorMessages": [sentence], "errors": {}});
        assert_eq!(
            searcher.search(jql).await.answer(),
            (400, expected),
            "{jql}"
        );
    }
}

#[tokio::test]
async fn eighth_sort_field_is_one_too_many() {
    let searcher = Searcher::new().await;
    let seven =
        "project = SHOP ORDER BY key, created, updated, summary, status, priority, assignee";
    assert_eq!(searcher.keys(seven).await.len(), 240);
    let expected =
        json!({"errorMessages": ["JQL can be ordered by at most 7 fields."], "errors": {}});
    assert_eq!(
        searcher.search(&format!("{seven}, project")).await.answer(),
        (400, expected)
    );
}

#[tokio::test]
async fn what_is_not_simulated_is_refused_by_name_whatever_the_switch_says() {
    let searcher = Searcher::new().await;
    let cases = [
        ("watcher = currentUser()", "the JQL field 'watcher'"),
        (
            "project = NOPE OR \"Request Type\" = SHOP-1",
            "the JQL field 'Request Type'",
        ),
        ("NOT cf[10019] > 3", "the JQL field 'cf[10019]'"),
        (
            "assignee in projectsWhereUserHasRole(staff)",
            "the JQL function 'projectsWhereUserHasRole()'",
        ),
        (
            "key in linkedIssues(SHOP-1)",
            "the JQL function 'linkedIssues()'",
        ),
        ("project = SHOP ORDER BY votes", "sorting by 'votes'"),
        ("project = SHOP ORDER BY labels", "sorting by 'labels'"),
        (
            "summary ~ '\"two words\"~2'",
            "the text search '\"two words\"~2': words, words that end in '*', or phrases",
        ),
        (
            "summary ~ 'a OR b'",
            "the text search 'a OR b': words, words that end in '*', or phrases",
        ),
    ];
    for switch in ["silent", "loud"] {
        let switches = json!({"semantic_jql_errors": switch});
        searcher.cloud.control("switches", switches).await;
        for (jql, what) in cases {
            let sentence = format!("The sandbox does not simulate {what}.");
            let expected = json!({"errorMessages": [sentence], "errors": {}});
            let found = searcher.search(jql).await.answer();
            assert_eq!(found, (400, expected), "{jql}");
        }
    }
    let deep = format!("{}project = SHOP{}", "(".repeat(50_000), ")".repeat(50_000));
    assert_eq!(searcher.search(&deep).await.status, 400);
    let not = "NOT ".repeat(50_000) + "project = SHOP";
    assert_eq!(searcher.search(&not).await.status, 400);
    let functions = "assignee = f(".to_owned() + &"f(".repeat(50_000) + &")".repeat(50_001);
    assert_eq!(searcher.search(&functions).await.status, 400);
    let list = "assignee IN ".to_owned() + &"(".repeat(50_000);
    assert_eq!(searcher.search(&list).await.status, 400);
}

#[tokio::test]
async fn arguments_of_functions_count() {
    let searcher = Searcher::new().await;
    let count = async |jql: &str| {
        searcher
            .keys(&format!("project = SHOP AND {jql}"))
            .await
            .len()
    };
    let all = count("created < now()").await;
    let early = count("created < startOfMonth(-6M)").await;
    let late = count("created >= startOfMonth('-6')").await;
    assert!(early > 0 && late > 0 && early + late == all);
    assert!(count("created <= endOfDay(-30d)").await < count("created <= endOfDay()").await);
    assert_ne!(
        count("created >= startOfYear()").await,
        count("created >= startOfYear(-1y)").await
    );
}

#[tokio::test]
async fn unknown_sort_field_is_ignored() {
    let searcher = Searcher::new().await;
    for switch in ["silent", "loud"] {
        let switches = json!({"semantic_jql_errors": switch});
        searcher.cloud.control("switches", switches).await;
        let sorted = searcher.keys("project = SHOP ORDER BY flavour, key").await;
        assert_eq!(sorted, searcher.keys("project = SHOP ORDER BY key").await);
        assert_eq!(sorted.len(), 240);
    }
}

#[tokio::test]
async fn words_are_found_in_descriptions_and_in_all_text() {
    let searcher = Searcher::new().await;
    let count = async |jql: &str| {
        searcher
            .keys(&format!("project = SHOP AND {jql}"))
            .await
            .len()
    };
    assert_eq!(count("description ~ 'ping tunnel'").await, 20);
    assert_eq!(count("summary ~ tunnel").await, 0);
    assert_eq!(count("text ~ 'tunn*'").await, 20);
    assert_eq!(count("description IS EMPTY").await, 20);
    assert_eq!(count("description IS NOT EMPTY").await, 220);
}

#[tokio::test]
async fn quoting_keeps_a_value_a_value() {
    let searcher = Searcher::new().await;
    searcher
        .cloud
        .control("switches", json!({"semantic_jql_errors": "loud"}))
        .await;
    let unknown = |value: &str| json!({"errorMessages": [format!("Error in JQL Query: The value '{value}' does not exist for the field 'project'.")], "errors": {}});
    let cases = [
        (
            r#"project = "10000 OR project != 1""#,
            "10000 OR project != 1",
        ),
        (
            r#"project = "X\" OR project = \"SHOP""#,
            "X\" OR project = \"SHOP",
        ),
        (r#"project = "back\\slash""#, "back\\slash"),
        (r"project = 'it\'s'", "it's"),
        (r#"project = "tab\tnew\u0041""#, "tab\tnewA"),
    ];
    for (jql, value) in cases {
        assert_eq!(
            searcher.search(jql).await.answer(),
            (400, unknown(value)),
            "{jql}"
        );
    }
    assert_eq!(searcher.keys("\"project\" = \"SHOP\"").await.len(), 240);
}

#[tokio::test]
async fn mistakes_of_meaning_are_silent_or_loud_by_switch() {
    let searcher = Searcher::new().await;
    let cases = [
        (
            "project = NOPE",
            "Error in JQL Query: The value 'NOPE' does not exist for the field 'project'.",
        ),
        (
            "project = 99999",
            "Error in JQL Query: A value with ID '99999' does not exist for the field 'project'.",
        ),
        (
            "project = SEC",
            "Error in JQL Query: The value 'SEC' does not exist for the field 'project'.",
        ),
        (
            "flavour = sweet",
            "Field 'flavour' does not exist or you do not have permission to view it.",
        ),
        (
            "key IN (SHOP-1, SHOP-99999)",
            "Error in JQL Query: An issue with key 'SHOP-99999' does not exist for field 'key'.",
        ),
        (
            "key >= SHOP-99999",
            "Error in JQL Query: An issue with key 'SHOP-99999' does not exist for field 'key'.",
        ),
        (
            "project = SHOP AND assignee = nobody()",
            "Unable to find JQL function 'nobody()'.",
        ),
        (
            "created > '27/Oct/25'",
            "Error in JQL Query: Date value '27/Oct/25' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
        ),
        (
            "created > startOfDay(soon)",
            "Duration for function 'startOfDay' should have the format (+/-)n(yMwdhm), e.g -1M for 1 month earlier.",
        ),
        (
            "created > startOfDay(-1d, -2d)",
            "Function 'startOfDay' expected between '0' and '1' arguments but received '2'.",
        ),
        (
            "assignee = currentUser(Bruno)",
            "Function 'currentUser' expected '0' arguments but received '1'.",
        ),
        (
            "assignee = now()",
            "Error in JQL Query: The value 'now()' does not exist for the field 'assignee'.",
        ),
        (
            "status is Done",
            "The operator 'is' is not supported by the 'status' field.",
        ),
        (
            "this is not jql",
            "Field 'this' does not exist or you do not have permission to view it.",
        ),
        (
            "project in SHOP",
            "Operator 'in' does not support the non-list value '\"SHOP\"' for field 'project'.",
        ),
        (
            "project = (SHOP, MOB)",
            "Operator '=' does not support the list value '(\"SHOP\", \"MOB\")' for field 'project'.",
        ),
        (
            "sprint = openSprints()",
            "Operator '=' does not support the list value 'openSprints()' for field 'sprint'.",
        ),
        (
            "project ~ SHOP",
            "The operator '~' is not supported by the 'project' field.",
        ),
    ];
    for (jql, _) in cases {
        let silent = json!({"issues": [], "isLast": true});
        assert_eq!(searcher.search(jql).await.answer(), (200, silent), "{jql}");
    }
    searcher
        .cloud
        .control("switches", json!({"semantic_jql_errors": "loud"}))
        .await;
    for (jql, message) in cases {
        let loud = json!({"errorMessages": [message], "errors": {}});
        assert_eq!(searcher.search(jql).await.answer(), (400, loud), "{jql}");
    }
}

#[tokio::test]
async fn milliseconds_for_a_date_are_read_refused_or_find_nothing() {
    let searcher = Searcher::new().await;
    // A day before the world's clock.
    let jql = "project = SHOP AND updated >= 1790769600000";
    let set = async |value: &str| {
        let switches = json!({"jql_epoch_millis": value});
        searcher.cloud.control("switches", switches).await;
        searcher.search(jql).await
    };
    assert_eq!(set("silent_empty").await.json()["issues"], json!([]));
    assert_eq!(set("refused").await.status, 400);
    let found = set("accepted").await.json()["issues"].clone();
    let by_text = searcher.keys("project = SHOP AND updated >= -1d").await;
    assert!(!by_text.is_empty());
    assert_eq!(found.as_array().unwrap().len(), by_text.len());
}
