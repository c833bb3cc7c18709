//! The fields and what is given to them.

use serde_json::{Value, json};

/// Where an issue may have a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// In any project.
    Any,
    /// In those that a company manages.
    Company,
    /// In service projects.
    Service,
    /// In those with issue security.
    Secured,
}

impl Home {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Company => "company-managed",
            Self::Service => "service",
            Self::Secured => "issue security",
        }
    }

    /// Whether a project has such fields.
    pub(super) fn is(self, project: &str) -> bool {
        match self {
            Self::Any => matches!(project, "SHOP" | "MOB"),
            Self::Company => project == "SHOP",
            Self::Service => project == "HELP",
            Self::Secured => project == "SEC",
        }
    }
}

/// What becomes of a field that is given null.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Clearing {
    Clears,
    /// It is refused, for this reason.
    Refused(&'static str),
}

/// A field by its name: two values of it, a wrong one with the reason, and null.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The word for what it holds.
    pub(super) word: &'static str,
    pub(super) home: Home,
    /// Whether epics alone have it.
    pub(super) is_of_epics: bool,
    /// Whether a new issue can be given it among `fields`.
    pub(super) is_for_new: bool,
    pub(super) first: Value,
    pub(super) second: Value,
    pub(super) wrong: Value,
    pub(super) reason: &'static str,
    pub(super) clearing: Clearing,
}

/// What has another name in each world.
pub(super) struct Names {
    pub(super) ada: String,
    pub(super) bruno: String,
    /// Nobody who can have an issue of the site.
    pub(super) esther: String,
    pub(super) epics: [String; 2],
    pub(super) sprints: [Value; 2],
    pub(super) assets: [Value; 2],
}

impl Names {
    /// Those of the page.
    pub(super) fn of_page() -> Self {
        let sprint = |id: u64| json!({"id": id, "name": format!("Sprint {id}"), "state": "active"});
        let asset = |id: &str| json!({"workspaceId": "g2778…", "id": format!("g2778…:{id}"), "objectId": id});
        Self {
            ada: "5b10…".to_owned(),
            bruno: "7120…".to_owned(),
            esther: "5c33…".to_owned(),
            epics: ["SHOP-7", "SHOP-8"].map(str::to_owned),
            sprints: [sprint(37), sprint(38)],
            assets: [asset("24"), asset("25")],
        }
    }
}

fn row(
    name: &'static str,
    word: &'static str,
    [first, second]: [Value; 2],
    wrong: impl Into<Value>,
    reason: &'static str,
) -> Row {
    Row {
        name,
        word,
        home: Home::Any,
        is_of_epics: false,
        is_for_new: true,
        first,
        second,
        wrong: wrong.into(),
        reason,
        clearing: Clearing::Clears,
    }
}

impl Row {
    fn at(self, home: Home) -> Self {
        Self { home, ..self }
    }

    fn of_epics(self) -> Self {
        let is_of_epics = true;
        Self {
            is_of_epics,
            ..self
        }
    }

    /// A new issue has a parameter for it that cannot be left out.
    fn with_parameter(self) -> Self {
        let is_for_new = false;
        Self { is_for_new, ..self }
    }

    fn not_cleared(self, reason: &'static str) -> Self {
        let clearing = Clearing::Refused(reason);
        Self { clearing, ..self }
    }
}

/// Everything that can be given.
pub(super) fn rows(names: &Names) -> Vec<Row> {
    let mut rows = texts();
    rows.extend(choices());
    rows.extend(of_projects());
    rows.extend(people(names));
    rows.extend(around(names));
    rows.extend(of_service(names));
    rows
}

fn texts() -> Vec<Row> {
    let text = |a: &str, b: &str| [json!(a), json!(b)];
    let rich = || text("It **works** now.", "- a\n- b");
    let wrong = "wrong_type";
    vec![
        row("Summary", "text", text("It breaks", "It works"), 7, wrong)
            .with_parameter()
            .not_cleared("required"),
        row("Description", "rich_text", rich(), 7, wrong),
        row("Environment", "rich_text", rich(), 7, wrong).at(Home::Company),
        row("Release notes", "rich_text", rich(), 7, wrong),
        row("Codename", "text", text("Falcon", "Eagle"), 7, wrong),
        row("Import key", "text", text("IMP-1", "IMP-2"), 7, wrong),
        row("Epic Name", "text", text("Payments", "Taxes"), 7, wrong)
            .at(Home::Company)
            .of_epics(),
        row("Issue color", "text", text("purple", "green"), 7, wrong).of_epics(),
        row(
            "Documentation",
            "url",
            text("https://a.example/x", "https://b.example/"),
            "nowhere",
            "not_a_url",
        ),
        row("Effort", "number", [json!(2.5), json!(3.5)], "much", wrong),
        row(
            "Story Points",
            "number",
            [json!(5.5), json!(8.5)],
            "five",
            wrong,
        ),
        row(
            "Story point estimate",
            "number",
            [json!(3.5), json!(5.5)],
            "five",
            wrong,
        ),
        row(
            "Due date",
            "date",
            text("2026-12-24", "2026-12-31"),
            "soon",
            "not_a_date",
        ),
        row(
            "Go-live",
            "date",
            text("2026-12-01", "2027-01-31"),
            "tomorrow",
            "not_a_date",
        ),
        row(
            "Outage began",
            "datetime",
            text(
                "2026-12-01T11:00:00.000+01:00",
                "2026-12-02T12:30:00.000+01:00",
            ),
            "noon",
            "not_a_datetime",
        ),
    ]
}

fn choices() -> Vec<Row> {
    let text = |a: &str, b: &str| [json!(a), json!(b)];
    let unknown = "unknown_value";
    vec![
        row(
            "Issue Type",
            "option",
            text("Bug", "Story"),
            "Saga",
            unknown,
        )
        .at(Home::Company)
        .with_parameter()
        .not_cleared("required"),
        row(
            "Priority",
            "option",
            text("High", "Low"),
            "Extreme",
            unknown,
        )
        .at(Home::Company),
        row(
            "Severity",
            "option",
            text("Major", "Minor"),
            "Gigantic",
            unknown,
        ),
        row("Channel", "option", text("Web", "App"), "Smoke", unknown),
        row(
            "Security Level",
            "option",
            text("Reviewers", "Lead only"),
            "Secret",
            unknown,
        )
        .at(Home::Secured),
        row(
            "Platforms",
            "options",
            [json!(["iOS", "Web"]), json!(["Android"])],
            json!(["Abacus"]),
            unknown,
        ),
        row(
            "Checks",
            "options",
            [json!(["Design"]), json!(["Legal", "Security"])],
            json!(["Taste"]),
            unknown,
        ),
        row(
            "Flagged",
            "options",
            [json!(["Impediment"]), json!(["Impediment"])],
            json!(["Fire"]),
            unknown,
        ),
        row(
            "Region",
            "cascading_option",
            [json!(["Europe", "France"]), json!(["Asia"])],
            json!(["Europe", "Japan"]),
            unknown,
        ),
    ]
}

fn of_projects() -> Vec<Row> {
    let text = |a: &str, b: &str| [json!(a), json!(b)];
    let unknown = "unknown_value";
    vec![
        row("Found in", "version", text("1.0", "1.1"), "99", unknown),
        row(
            "Verified in",
            "versions",
            [json!(["1.0"]), json!(["1.0", "1.1"])],
            json!(["99"]),
            unknown,
        ),
        row(
            "Fix versions",
            "versions",
            [json!(["1.0"]), json!(["1.0", "1.1"])],
            json!(["99"]),
            unknown,
        ),
        row(
            "Affects versions",
            "versions",
            [json!(["1.0"]), json!(["1.1"])],
            json!(["99"]),
            unknown,
        )
        .at(Home::Company),
        row(
            "Components",
            "components",
            [json!(["Basket", "Payment"]), json!(["Storefront"])],
            json!(["Attic"]),
            unknown,
        )
        .at(Home::Company),
        row(
            "Twin project",
            "project",
            text("SHOP", "PLAT"),
            "NOPE",
            unknown,
        ),
    ]
}

fn people(names: &Names) -> Vec<Row> {
    let person = |account: &str, name: &str| json!({"accountId": account, "displayName": name});
    let ada = person(&names.ada, "Ada Lindqvist");
    let bruno = person(&names.bruno, "Bruno Okafor");
    let both = || [ada.clone(), bruno.clone()];
    let groups = ["developers", "jira-users-acme"];
    vec![
        row(
            "Assignee",
            "user",
            both(),
            names.esther.as_str(),
            "not_assignable",
        ),
        row(
            "Reporter",
            "user",
            [bruno.clone(), ada.clone()],
            names.esther.as_str(),
            "unknown_user",
        ),
        row(
            "Approver",
            "user",
            both(),
            "nobody@example.com",
            "unknown_user",
        ),
        row(
            "Reviewers",
            "users",
            [json!(both()), json!([bruno])],
            json!([7]),
            "wrong_type",
        ),
        row(
            "Owning group",
            "group",
            groups.map(Value::from),
            7,
            "wrong_type",
        ),
        row(
            "Informed groups",
            "groups",
            groups.map(|group| json!([group])),
            json!([[]]),
            "wrong_type",
        ),
        row(
            "Team",
            "team",
            [
                json!({"id": "36885b3c-1bf0-4f85-a357-c5b858c31de4", "name": "Checkout crew"}),
                json!({"id": "9e1d4b5a-7c0f-4a53-8e0e-6a2f7f1e0c11-1809", "name": "Night watch"}),
            ],
            "nobody",
            "unknown_value",
        ),
    ]
}

fn around(names: &Names) -> Vec<Row> {
    let epics = || names.epics.clone().map(Value::from);
    let labels = || [json!(["a", "b"]), json!(["c"])];
    let two = || json!(["two words"]);
    vec![
        row("Labels", "labels", labels(), two(), "not_a_label"),
        row("Keywords", "labels", labels(), two(), "not_a_label"),
        row("Parent", "parent", epics(), "nothing", "not_an_issue"),
        row("Epic Link", "parent", epics(), 7, "wrong_type").at(Home::Company),
        row(
            "Sprint",
            "sprint",
            names.sprints.clone(),
            "soon",
            "not_a_sprint",
        ),
        row(
            "Time tracking",
            "any",
            [
                json!({"originalEstimate": "1d", "remainingEstimate": "4h"}),
                json!({"originalEstimate": "2d", "remainingEstimate": "1d"}),
            ],
            "long",
            "wrong_type",
        )
        .not_cleared("not_clearable"),
    ]
}

fn of_service(names: &Names) -> Vec<Row> {
    let named = |id: &str, name: &str| json!({"id": id, "name": name});
    let person = |account: &str, name: &str| json!({"accountId": account, "displayName": name});
    let ada = person(&names.ada, "Ada Lindqvist");
    let bruno = person(&names.bruno, "Bruno Okafor");
    let [laptop, other] = &names.assets;
    let rows = vec![
        row(
            "Request Type",
            "any",
            [
                named("10", "Get IT help"),
                named("11", "Report broken hardware"),
            ],
            "nothing",
            "refused",
        ),
        row(
            "Request participants",
            "users",
            [json!([ada, bruno]), json!([bruno])],
            json!([7]),
            "wrong_type",
        ),
        row(
            "Organizations",
            "any",
            [
                json!([named("2", "Northwind Traders")]),
                json!([named("3", "Contoso")]),
            ],
            json!([7]),
            "refused",
        ),
        row(
            "Affected hardware",
            "any",
            [json!([laptop]), json!([laptop, other])],
            json!(["Laptop"]),
            "wrong_type",
        ),
    ];
    let rows = rows.into_iter();
    rows.map(|row| row.at(Home::Service)).collect()
}

/// What nobody can give, neither to a new issue nor to an old one, by the names of the fields and the
/// words for what they hold.
pub(super) const CLOSED: [(&str, &str, Home); 26] = [
    ("Project", "project", Home::Any),
    ("Status", "option", Home::Any),
    ("Status Category", "option", Home::Any),
    ("Status Category Changed", "datetime", Home::Any),
    ("Resolution", "option", Home::Any),
    ("Resolved", "datetime", Home::Any),
    ("Created", "datetime", Home::Any),
    ("Updated", "datetime", Home::Any),
    ("Creator", "user", Home::Any),
    ("Key", "any", Home::Any),
    ("Attachment", "any", Home::Any),
    ("Comment", "any", Home::Any),
    ("Linked Issues", "any", Home::Any),
    ("Sub-tasks", "any", Home::Any),
    ("Log Work", "any", Home::Any),
    ("Time Spent", "number", Home::Any),
    ("Watchers", "any", Home::Any),
    ("Votes", "any", Home::Any),
    ("Progress", "any", Home::Any),
    ("Rank", "any", Home::Any),
    ("Development", "any", Home::Any),
    ("Import number", "any", Home::Any),
    ("Approvals", "any", Home::Service),
    ("Time to resolution", "any", Home::Service),
    ("Satisfaction", "any", Home::Service),
    ("Open forms", "any", Home::Service),
];
