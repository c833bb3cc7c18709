//! The words and the objects of Jira, for the document of the API. A set of words is closed here where
//! this API or Atlassian closes it.

use utoipa::openapi::schema::Type;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr};

use crate::schema::{any_members, anything, each, schema};

schema!(
    /// What a status means, in every language and on every site. `undefined` is a status without a category.
    StatusCategoryKey as "JiraStatusCategoryKey", one of ["new", "indeterminate", "done", "undefined"]
);

schema!(
    /// What a status is to mean. `todo` is read as `new`, `in_progress` as `indeterminate`.
    TargetCategory as "JiraTargetCategory", one of ["new", "indeterminate", "done", "todo", "in_progress"]
);

schema!(
    /// Whether a sprint is to come, under way or over.
    SprintState as "JiraSprintState", one of ["future", "active", "closed"]
);

schema!(
    /// What kind of board it is; `simple` is that of a project which its team manages.
    BoardType as "JiraBoardType", one of ["scrum", "kanban", "simple"]
);

schema!(
    /// What kind of project it is.
    ProjectType as "JiraProjectType", one of ["software", "service_desk", "business", "product_discovery"]
);

schema!(
    /// Who manages a project: the company (`classic`) or its team (`next-gen`).
    ProjectStyle as "JiraProjectStyle", one of ["classic", "next-gen"]
);

schema!(
    /// Whose an account is: a person's, a program's (`app`), or that of somebody who asks a help desk.
    AccountType as "JiraAccountType", one of ["atlassian", "app", "customer", "unknown"]
);

schema!(
    /// Whether a role of the project or a group of the site may see it.
    VisibilityType as "JiraVisibilityType", one of ["role", "group"]
);

schema!(
    /// What a field holds, and so what it can be given. `any` is what only Jira's own API describes.
    FieldType as "JiraFieldType", one of [
        "text", "rich_text", "number", "date", "datetime", "option", "options", "cascading_option", "user",
        "users", "group", "groups", "labels", "version", "versions", "components", "project", "sprint",
        "parent", "team", "url", "any",
    ]
);

schema!(
    /// Values of fields, by the ids of the fields (or, in a request, by their exact names). What a value
    /// is, the type of its field says: text, a number, true or false, a list, an object, or null.
    FieldValues as "JiraFieldValues", any members: anything()
);

schema!(
    /// Texts by the ids of fields.
    FieldTexts as "JiraFieldTexts", any members: each(Type::String)
);

schema!(
    /// Kinds of nodes and marks of a document (`inlineCard`, `textColor`), and how many of each.
    NodeCounts as "JiraNodeCounts", any members: each(Type::Integer)
);

schema!(
    /// Kinds of nodes and marks, and how many of each, by the ids of the fields that hold the documents.
    NodeCountsByField as "JiraNodeCountsByField",
    any members: utoipa::openapi::Ref::from_schema_name("JiraNodeCounts")
);

schema!(
    /// Rich text as Jira keeps it: the Atlassian Document Format
    /// (developer.atlassian.com/cloud/jira/platform/apis/document/structure).
    Document as "JiraDocument", document()
);

fn document() -> RefOr<utoipa::openapi::Schema> {
    let free = || any_members("A node: a paragraph, a list, a table, text, …", anything());
    let word = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("Always `doc`."))
        .enum_values(Some(["doc"]));
    let version = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("The version of the format: 1."));
    let content = ArrayBuilder::new()
        .items(free())
        .description(Some("The blocks, in their order."));
    let document = ObjectBuilder::new()
        .property("type", word)
        .required("type")
        .property("version", version)
        .required("version")
        .property("content", content)
        .required("content")
        .additional_properties(Some(anything()))
        .description(Some(
            "Rich text as Jira keeps it: the Atlassian Document Format \
             (developer.atlassian.com/cloud/jira/platform/apis/document/structure).",
        ));
    RefOr::T(document.into())
}
