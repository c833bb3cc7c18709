//! What there is in a Jira: types, statuses, priorities, resolutions, fields, people. What Jira does not
//! tell is absent.

use juncture_jira as jira;
use juncture_jira::{AllowedValue, FieldMeta};
use juncture_views::jira::finding::{
    AllowedValueView, CurrentUserView, FieldView, IssueTypeView, PriorityView, ResolutionView,
    StatusView, UserView, WholeProjectView, WritableFieldView,
};
use juncture_views::jira::projects::ProjectView;

use super::Of;

impl Of<jira::Project> for WholeProjectView {
    fn of(project: jira::Project) -> Self {
        let types = project.issue_types().into_iter();
        Self {
            issue_types: types.map(IssueTypeView::of).collect(),
            description: project.description.clone().filter(|text| !text.is_empty()),
            style: project.style.clone(),
            simplified: project.simplified,
            project: ProjectView::of(project),
        }
    }
}

impl Of<jira::IssueType> for IssueTypeView {
    fn of(kind: jira::IssueType) -> Self {
        Self {
            id: kind.id,
            name: kind.name,
            description: kind.description.filter(|text| !text.is_empty()),
            subtask: kind.subtask,
            hierarchy_level: kind.hierarchy_level,
            icon_url: kind.icon_url,
        }
    }
}

impl Of<jira::Status> for StatusView {
    fn of(status: jira::Status) -> Self {
        Self {
            id: status.id,
            name: status.name,
            category: status.status_category.map(|category| category.key),
        }
    }
}

impl Of<jira::Priority> for PriorityView {
    fn of(priority: jira::Priority) -> Self {
        Self {
            id: priority.id,
            name: priority.name,
            description: priority.description.filter(|text| !text.is_empty()),
            icon_url: priority.icon_url,
            is_default: priority.is_default,
        }
    }
}

impl Of<jira::Resolution> for ResolutionView {
    fn of(resolution: jira::Resolution) -> Self {
        Self {
            id: resolution.id,
            name: resolution.name,
            description: resolution.description.filter(|text| !text.is_empty()),
            is_default: resolution.is_default,
        }
    }
}

impl Of<jira::Field> for FieldView {
    fn of(field: jira::Field) -> Self {
        let kind = field.kind().word().to_owned();
        let (items, custom_type) = field
            .schema
            .map_or((None, None), |schema| (schema.items, schema.custom));
        Self {
            id: field.id,
            name: field.name,
            custom: field.custom,
            kind,
            items,
            custom_type,
        }
    }
}

impl Of<FieldMeta> for WritableFieldView {
    fn of(field: FieldMeta) -> Self {
        let kind = field.kind();
        let allowed = field.allowed_values();
        Self {
            kind: kind.word().into(),
            default: field.default_value.as_deref().map(|value| kind.read(value)),
            allowed_values: allowed
                .map(|values| values.into_iter().map(AllowedValueView::of).collect()),
            items: field.schema.and_then(|schema| schema.items),
            id: field.id,
            name: field.name,
            required: field.required,
            has_default: field.has_default_value,
            operations: field.operations,
        }
    }
}

impl Of<AllowedValue> for AllowedValueView {
    fn of(value: AllowedValue) -> Self {
        Self {
            id: value.id,
            name: value.name,
            disabled: value.disabled,
            children: value.children.into_iter().map(Self::of).collect(),
        }
    }
}

impl Of<jira::User> for UserView {
    fn of(user: jira::User) -> Self {
        Self {
            avatar_url: user.avatar_urls.largest().map(str::to_owned),
            account_id: user.account_id,
            display_name: user.display_name,
            email_address: user.email_address,
            active: user.active,
            account_type: user.account_type,
        }
    }
}

impl Of<jira::User> for CurrentUserView {
    fn of(user: jira::User) -> Self {
        Self {
            time_zone: user.time_zone.clone(),
            locale: user.locale.clone(),
            user: UserView::of(user),
        }
    }
}
