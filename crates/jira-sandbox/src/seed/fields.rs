//! Custom fields of every kind: those that Jira Software makes for itself, those of company-managed
//! projects, and those that a team-managed project has made for itself under the same names.

use crate::world::{
    Context, CustomField, FieldKind, FieldOption, FieldValue, Project, Site, Team, known_fields,
};

/// The issue type of bugs in company-managed projects.
const BUG: u64 = 10_004;
/// The company-managed projects that have the fields of [`COMMON`].
const COMPANY: [&str; 2] = ["SHOP", "PLAT"];

/// The fields that every project has, which come with Jira Software.
const SOFTWARE: [(u64, &str, FieldKind, &str); 11] = [
    (10_011, "Epic Name", FieldKind::EpicName, ""),
    (
        known_fields::EPIC_LINK,
        "Epic Link",
        FieldKind::EpicLink,
        "",
    ),
    (10_015, "Start date", FieldKind::Date, ""),
    (
        known_fields::STORY_POINT_ESTIMATE,
        "Story point estimate",
        FieldKind::StoryPoints,
        "",
    ),
    (10_017, "Issue color", FieldKind::EpicColor, ""),
    (known_fields::RANK, "Rank", FieldKind::Rank, ""),
    (known_fields::SPRINT, "Sprint", FieldKind::Sprint, ""),
    (10_021, "Flagged", FieldKind::Checkboxes, "Impediment"),
    (known_fields::CUSTOMER, "Customer", FieldKind::Text, ""),
    (10_001, "Team", FieldKind::Team, ""),
    (10_000, "Development", FieldKind::Development, ""),
];

/// The fields of [`COMPANY`], and again of each team-managed project: the distance of the number to
/// the first one's, the name, the kind, and the options. A `-` stands before an option that is
/// disabled, and a `>` before the child of the last one without it.
const COMMON: [(u64, &str, FieldKind, &str); 22] = [
    (1, "Codename", FieldKind::Text, ""),
    (2, "Release notes", FieldKind::Paragraph, ""),
    (3, "Documentation", FieldKind::Url, ""),
    (4, "Effort", FieldKind::Number, ""),
    (5, "Go-live", FieldKind::Date, ""),
    (6, "Outage began", FieldKind::Instant, ""),
    (7, "Keywords", FieldKind::Labels, ""),
    (
        8,
        "Severity",
        FieldKind::Select,
        "Critical|Major|Minor|-Trivial",
    ),
    (9, "Channel", FieldKind::Radio, "Web|App|Phone"),
    (
        10,
        "Platforms",
        FieldKind::MultiSelect,
        "iOS|Android|Web|-Symbian",
    ),
    (11, "Checks", FieldKind::Checkboxes, "Design|Legal|Security"),
    (
        12,
        "Region",
        FieldKind::Cascading,
        "Europe|>Germany|>France|Asia|>Korea|>Japan|Antarctica",
    ),
    (13, "Approver", FieldKind::Person, ""),
    (14, "Reviewers", FieldKind::People, ""),
    (15, "Owning group", FieldKind::Group, ""),
    (16, "Informed groups", FieldKind::Groups, ""),
    (17, "Twin project", FieldKind::Project, ""),
    (18, "Found in", FieldKind::Version, ""),
    (19, "Verified in", FieldKind::Versions, ""),
    (20, "Import key", FieldKind::ReadOnly, ""),
    // Two fields of one name in one project.
    (21, "Approver", FieldKind::Text, ""),
    (22, "Story Points", FieldKind::Number, ""),
];
/// The fields of service projects, which come with Jira Service Management.
const SERVICE: [(u64, &str, FieldKind); 8] = [
    (10_002, "Organizations", FieldKind::Organizations),
    (10_004, "Approvals", FieldKind::Approvals),
    (10_005, "Time to resolution", FieldKind::Sla),
    (10_006, "Satisfaction", FieldKind::Satisfaction),
    (10_007, "Open forms", FieldKind::FormCount),
    (10_008, "Affected hardware", FieldKind::Assets),
    (10_009, "Request participants", FieldKind::Participants),
    (10_010, "Request Type", FieldKind::RequestType),
];
const FIRST_COMPANY: u64 = 10_100;
const FIRST_TEAM: u64 = 10_200;

/// Adds the custom fields and the teams of a site whose projects are there.
pub(super) fn add_fields(site: &mut Site) {
    site.teams = vec![
        team("36885b3c-1bf0-4f85-a357-c5b858c31de4", "Checkout crew"),
        team("9e1d4b5a-7c0f-4a53-8e0e-6a2f7f1e0c11-1809", "Night watch"),
    ];
    let mut maker = Maker {
        fields: Vec::new(),
        next_context: 10_400,
        next_option: 10_500,
    };
    for (id, name, kind, options) in SOFTWARE {
        let context = maker.context("Default Configuration Scheme", None, options);
        maker.add(id, name, kind, None, vec![context]);
    }
    let of_key = |keys: &[&str]| -> Vec<u64> {
        let named = |project: &&Project| {
            let key = project
                .key
                .trim_end_matches(|digit: char| digit.is_ascii_digit());
            keys.contains(&key)
        };
        site.projects
            .iter()
            .filter(named)
            .map(|row| row.id)
            .collect()
    };
    company_fields(&mut maker, &of_key(&COMPANY), &of_key(&["PLAT"]));
    let teams = site.projects.iter().filter(|row| row.is_team_managed);
    for (project, first) in teams.zip((FIRST_TEAM..).step_by(100)) {
        for (offset, name, kind, options) in COMMON {
            let context = maker.context(&project.name, Some(vec![project.id]), options);
            maker.add(first + offset, name, kind, Some(project.id), vec![context]);
        }
    }
    super::desk::add_desks(site);
    let desks = site
        .projects
        .iter()
        .filter(|row| row.kind == "service_desk");
    let desks: Vec<u64> = desks.map(|row| row.id).collect();
    for (id, name, kind) in SERVICE {
        let context = maker.context(name, Some(desks.clone()), "");
        maker.add(id, name, kind, None, vec![context]);
    }
    let context = maker.context("Default Configuration Scheme", None, "");
    maker.add(
        10_003,
        "Import number",
        FieldKind::ImportId,
        None,
        vec![context],
    );
    site.custom_fields = maker.fields;
    site.custom_fields.sort_by_key(|field| field.id);
}

/// The fields of company-managed projects, with those that show what contexts can do.
fn company_fields(maker: &mut Maker, projects: &[u64], platform: &[u64]) {
    let all = || Some(projects.to_vec());
    for (offset, name, kind, options) in COMMON {
        let mut contexts = Vec::new();
        if kind == FieldKind::Select {
            // One field with other options in another project.
            let own = Some(platform.to_vec());
            contexts.push(maker.context("Platform", own, "Outage|Degraded"));
        }
        contexts.push(maker.context(name, all(), options));
        maker.add(FIRST_COMPANY + offset, name, kind, None, contexts);
    }

    let mut bugs = maker.context("Bugs", all(), "");
    bugs.issue_types = Some(vec![BUG]);
    let steps = bugs.clone();
    maker.add(
        10_130,
        "Steps to reproduce",
        FieldKind::Paragraph,
        None,
        vec![steps],
    );

    let mut impact = maker.context("Bugs", all(), "High|Low");
    impact.issue_types = Some(vec![BUG]);
    impact.is_required = true;
    impact.default = impact
        .options
        .last()
        .map(|low| FieldValue::Rows(vec![low.id]));
    maker.add(10_131, "Impact", FieldKind::Select, None, vec![impact]);

    let mut cause = maker.context("Bugs", Some(platform.to_vec()), "");
    cause.issue_types = Some(vec![BUG]);
    cause.is_required = true;
    maker.add(10_132, "Root cause", FieldKind::Text, None, vec![cause]);

    let mut audit = maker.context("Audit", all(), "");
    audit.is_on_create_screen = false;
    maker.add(10_133, "Audit note", FieldKind::Text, None, vec![audit]);

    let mut hidden = maker.context("Hidden", all(), "");
    hidden.is_on_create_screen = false;
    hidden.is_on_edit_screen = false;
    maker.add(10_134, "External id", FieldKind::Text, None, vec![hidden]);
}

/// Numbers contexts and options.
struct Maker {
    fields: Vec<CustomField>,
    next_context: u64,
    next_option: u64,
}

impl Maker {
    fn add(
        &mut self,
        id: u64,
        name: &str,
        kind: FieldKind,
        project: Option<u64>,
        contexts: Vec<Context>,
    ) {
        self.fields.push(CustomField {
            id,
            key: format!("customfield_{id}"),
            name: name.to_owned(),
            description: String::new(),
            kind,
            project,
            contexts,
        });
    }

    fn context(&mut self, name: &str, projects: Option<Vec<u64>>, options: &str) -> Context {
        self.next_context += 1;
        Context {
            id: self.next_context,
            name: name.to_owned(),
            projects,
            issue_types: None,
            options: self.options(options),
            default: None,
            is_required: false,
            is_on_create_screen: true,
            is_on_edit_screen: true,
        }
    }

    fn options(&mut self, words: &str) -> Vec<FieldOption> {
        let mut last = None;
        let words = words.split('|').filter(|word| !word.is_empty());
        words
            .map(|word| {
                self.next_option += 1;
                let child = word.strip_prefix('>');
                let parent = child.and(last);
                if child.is_none() {
                    last = Some(self.next_option);
                }
                FieldOption {
                    id: self.next_option,
                    value: word.trim_start_matches(['>', '-']).to_owned(),
                    is_disabled: word.starts_with('-'),
                    parent,
                }
            })
            .collect()
    }
}

fn team(id: &str, name: &str) -> Team {
    Team {
        id: id.to_owned(),
        name: name.to_owned(),
    }
}
