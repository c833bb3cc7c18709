//! Which kind of field it is: the table of everything that Jira brings along.
//!
//! Names are translated and repeat, and `schema.type` is `string` for rich text as well, so a custom
//! field is known by the name of its type, a built-in one by its own.

use super::FieldSchema;

/// What a field holds, and so how its values are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// The title: one line of at most 255 characters.
    Summary,
    /// A short text of at most 255 characters.
    ShortText,
    /// A text whose length Jira does not tell.
    Text,
    /// Rich text, which is an Atlassian Document in Jira and Markdown here.
    RichText,
    /// An address, with its scheme.
    Url,
    /// A number.
    Number,
    /// A day.
    Date,
    /// An instant, with an offset.
    DateTime,
    /// Words without spaces.
    Labels,
    /// One option of several.
    Choice,
    /// Some options of several.
    Choices,
    /// An option and one that stands below it.
    Cascading,
    /// A priority, a resolution, a security level, a type or a status.
    Named,
    /// A person.
    User,
    /// Some people.
    Users,
    /// A group.
    Group,
    /// Some groups.
    Groups,
    /// A version of the project.
    Version,
    /// Some versions of the project.
    Versions,
    /// Some components of the project.
    Components,
    /// A project.
    Project,
    /// The issue that this one is a part of.
    Parent,
    /// The epic of an issue, in the older field for that.
    EpicLink,
    /// The sprints of an issue, of which one at most is open.
    Sprint,
    /// An Atlassian team.
    Team,
    /// What an issue was thought to take, and takes still.
    TimeTracking,
    /// What somebody asked a help desk for.
    RequestType,
    /// Organisations of a help desk.
    Organizations,
    /// Objects of Assets.
    Assets,
    /// What Jira computes, and nobody writes here: ranks, attachments, comments, links, approvals.
    Computed,
    /// Something that is not known here: its values pass as they are.
    Other,
}

use FieldKind as K;

/// What the types that Jira itself brings begin with.
const JIRA: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

/// Custom fields of Jira itself, by what stands behind [`JIRA`].
const CUSTOM: [(&str, FieldKind); 21] = [
    ("textarea", K::RichText),
    ("textfield", K::ShortText),
    ("url", K::Url),
    ("float", K::Number),
    ("importid", K::Computed),
    ("datepicker", K::Date),
    ("datetime", K::DateTime),
    ("labels", K::Labels),
    ("select", K::Choice),
    ("radiobuttons", K::Choice),
    ("multiselect", K::Choices),
    ("multicheckboxes", K::Choices),
    ("cascadingselect", K::Cascading),
    ("userpicker", K::User),
    ("multiuserpicker", K::Users),
    ("grouppicker", K::Group),
    ("multigrouppicker", K::Groups),
    ("project", K::Project),
    ("version", K::Version),
    ("multiversion", K::Versions),
    ("atlassian-team", K::Team),
];

/// Custom fields of Jira Software, Jira Service Management and others, by the end of their types'
/// names: what stands in front of it changes with the product.
const OF_PRODUCTS: [(&str, FieldKind); 27] = [
    (":readonlyfield", K::Text),
    (":gh-sprint", K::Sprint),
    (":gh-epic-link", K::EpicLink),
    (":gh-epic-label", K::Text),
    (":gh-epic-color", K::Text),
    (":jsw-issue-color", K::Text),
    (":jsw-story-points", K::Number),
    (":gh-lexo-rank", K::Computed),
    (":gh-global-rank", K::Computed),
    (":rm-teams-custom-field-team", K::Team),
    (":devsummary", K::Computed),
    (":devsummarycf", K::Computed),
    (":vp-origin", K::RequestType),
    (":sd-customerrequesttype", K::RequestType),
    (":sd-customer-organizations", K::Organizations),
    (":sd-request-participants", K::Users),
    (":sd-approvals", K::Computed),
    (":sd-sla-field", K::Computed),
    (":sd-request-feedback", K::Computed),
    (":sd-request-feedback-date", K::Computed),
    (":cmdb-object-cftype", K::Assets),
    (":forms-open-field-cftype", K::Computed),
    (":forms-submitted-field-cftype", K::Computed),
    (":forms-locked-field-cftype", K::Computed),
    (":forms-total-field-cftype", K::Computed),
    (":firstresponsedate", K::Computed),
    (":timeinstatus", K::Computed),
];

/// Built-in fields, by id, where the type of their values does not say it.
const BUILT_IN: [(&str, FieldKind); 21] = [
    ("summary", K::Summary),
    ("description", K::RichText),
    ("environment", K::RichText),
    ("labels", K::Labels),
    ("parent", K::Parent),
    ("components", K::Components),
    ("timetracking", K::TimeTracking),
    ("issuekey", K::Computed),
    ("thumbnail", K::Computed),
    ("attachment", K::Computed),
    ("comment", K::Computed),
    ("issuelinks", K::Computed),
    ("subtasks", K::Computed),
    ("worklog", K::Computed),
    ("watches", K::Computed),
    ("votes", K::Computed),
    ("progress", K::Computed),
    ("aggregateprogress", K::Computed),
    ("created", K::DateTime),
    ("updated", K::DateTime),
    ("statuscategorychangedate", K::DateTime),
];

/// What the values of a field are, by `schema.type` and, of lists, by that of their items.
const BY_TYPE: [(&str, &str, FieldKind); 24] = [
    ("string", "", K::Text),
    ("number", "", K::Number),
    ("date", "", K::Date),
    ("datetime", "", K::DateTime),
    ("option", "", K::Choice),
    ("array", "option", K::Choices),
    ("option-with-child", "", K::Cascading),
    ("option2", "", K::Cascading),
    ("user", "", K::User),
    ("array", "user", K::Users),
    ("group", "", K::Group),
    ("array", "group", K::Groups),
    ("version", "", K::Version),
    ("array", "version", K::Versions),
    ("array", "component", K::Components),
    ("project", "", K::Project),
    ("priority", "", K::Named),
    ("resolution", "", K::Named),
    ("securitylevel", "", K::Named),
    ("issuetype", "", K::Named),
    ("status", "", K::Named),
    ("statusCategory", "", K::Named),
    ("team", "", K::Team),
    ("timetracking", "", K::TimeTracking),
];

impl FieldKind {
    /// The kind of the field with this id, whose values Jira describes so.
    ///
    /// ```
    /// use juncture_jira::FieldSchema;
    /// use juncture_jira::fields::FieldKind;
    ///
    /// let schema = FieldSchema {
    ///     kind: "string".to_owned(),
    ///     custom: Some("com.atlassian.jira.plugin.system.customfieldtypes:textarea".to_owned()),
    ///     ..FieldSchema::default()
    /// };
    /// let kind = FieldKind::of("customfield_10040", Some(&schema));
    /// assert_eq!((kind, kind.word()), (FieldKind::RichText, "rich_text"));
    /// ```
    #[must_use]
    pub fn of(id: &str, schema: Option<&FieldSchema>) -> Self {
        let custom = schema.and_then(|schema| schema.custom.as_deref());
        let by_custom = |custom: &str| match custom.strip_prefix(JIRA) {
            Some(name) => find(&CUSTOM, |known| *known == name),
            None => None,
        };
        let known = custom
            .and_then(|custom| {
                by_custom(custom).or_else(|| find(&OF_PRODUCTS, |end| custom.ends_with(end)))
            })
            .or_else(|| {
                let is_built_in = custom.is_none();
                let system = schema.and_then(|schema| schema.system.as_deref());
                let id = system.unwrap_or(id);
                find(&BUILT_IN, |known| is_built_in && *known == id)
            });
        known.unwrap_or_else(|| schema.map_or(Self::Other, Self::by_type))
    }

    fn by_type(schema: &FieldSchema) -> Self {
        let items = schema.items.as_deref().unwrap_or_default();
        let mut types = BY_TYPE.iter();
        let found = types.find(|(kind, of, _)| *kind == schema.kind && *of == items);
        found.map_or(Self::Other, |(.., kind)| *kind)
    }

    /// The plain word for what such fields hold.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Summary | Self::ShortText | Self::Text => "text",
            Self::RichText => "rich_text",
            Self::Url => "url",
            Self::Number => "number",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Labels => "labels",
            Self::Choice | Self::Named => "option",
            Self::Choices => "options",
            Self::Cascading => "cascading_option",
            Self::User => "user",
            Self::Users => "users",
            Self::Group => "group",
            Self::Groups => "groups",
            Self::Version => "version",
            Self::Versions => "versions",
            Self::Components => "components",
            Self::Project => "project",
            Self::Parent | Self::EpicLink => "parent",
            Self::Sprint => "sprint",
            Self::Team => "team",
            Self::TimeTracking
            | Self::RequestType
            | Self::Organizations
            | Self::Assets
            | Self::Computed
            | Self::Other => "any",
        }
    }

    /// Whether such a field holds a list, which is cleared by an empty one.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Self::Labels
                | Self::Choices
                | Self::Users
                | Self::Groups
                | Self::Versions
                | Self::Components
                | Self::Organizations
                | Self::Assets
        )
    }
}

fn find(table: &[(&str, FieldKind)], is_it: impl Fn(&&str) -> bool) -> Option<FieldKind> {
    let mut rows = table.iter();
    rows.find(|(name, _)| is_it(name)).map(|(_, kind)| *kind)
}
