//! The small tables that every Jira site starts with.

use crate::world::{Category, DONE, IssueType, Priority, Resolution, Status, StatusCategory};

/// The project categories.
pub(super) fn categories() -> Vec<Category> {
    let category = |id, name: &str, description: &str| Category {
        id,
        name: name.to_owned(),
        description: description.to_owned(),
    };
    vec![
        category(10_000, "Product", "What customers use"),
        category(10_001, "Back office", "What keeps the company running"),
    ]
}

/// The issue types of company-managed projects.
pub(super) fn issue_types() -> Vec<IssueType> {
    vec![
        issue_type(10_000, "Epic", "에픽", 1, None),
        issue_type(10_001, "Story", "스토리", 0, None),
        issue_type(10_002, "Task", "작업", 0, None),
        issue_type(10_003, "Sub-task", "하위 작업", -1, None),
        issue_type(10_004, "Bug", "버그", 0, None),
    ]
}

/// The issue types that a team-managed project brings with it.
pub(super) fn team_issue_types(project: u64) -> Vec<IssueType> {
    let base = project * 10;
    vec![
        issue_type(base, "Epic", "에픽", 1, Some(project)),
        issue_type(base + 1, "Task", "작업", 0, Some(project)),
        issue_type(base + 2, "Subtask", "하위 작업", -1, Some(project)),
    ]
}

/// The statuses of company-managed projects.
pub(super) fn statuses() -> Vec<Status> {
    vec![
        status(10_000, "To Do", "할 일", StatusCategory::New, None),
        status(
            3,
            "In Progress",
            "진행 중",
            StatusCategory::Indeterminate,
            None,
        ),
        status(
            10_001,
            "In Review",
            "검토 중",
            StatusCategory::Indeterminate,
            None,
        ),
        status(
            10_003,
            "Blocked",
            "차단됨",
            StatusCategory::Indeterminate,
            None,
        ),
        status(10_002, "Done", "완료", StatusCategory::Done, None),
    ]
}

/// The statuses that a team-managed project brings with it; the names are not unique in a site.
pub(super) fn team_statuses(project: u64) -> Vec<Status> {
    let base = project * 10;
    let own = Some(project);
    vec![
        status(base, "To Do", "할 일", StatusCategory::New, own),
        status(
            base + 1,
            "Doing",
            "하는 중",
            StatusCategory::Indeterminate,
            own,
        ),
        status(base + 2, "Done", "완료", StatusCategory::Done, own),
    ]
}

/// The priorities, highest first.
pub(super) fn priorities() -> Vec<Priority> {
    let priority = |id, name: &str, korean: &str, color: &str| Priority {
        id,
        name: name.to_owned(),
        korean: korean.to_owned(),
        color: color.to_owned(),
    };
    vec![
        priority(1, "Highest", "가장 높음", "#d04437"),
        priority(2, "High", "높음", "#f15C75"),
        priority(3, "Medium", "중간", "#f79232"),
        priority(4, "Low", "낮음", "#707070"),
        priority(5, "Lowest", "가장 낮음", "#999999"),
    ]
}

/// The resolutions.
pub(super) fn resolutions() -> Vec<Resolution> {
    let resolution = |id, name: &str, korean: &str, description: &str| Resolution {
        id,
        name: name.to_owned(),
        korean: korean.to_owned(),
        description: description.to_owned(),
    };
    vec![
        resolution(DONE, "Done", "완료", ""),
        resolution(
            10_001,
            "Won't Do",
            "하지 않음",
            "Nobody is going to work on it.",
        ),
        resolution(10_002, "Duplicate", "중복", "Another one says the same."),
        resolution(10_003, "Cannot Reproduce", "재현할 수 없음", ""),
    ]
}

fn issue_type(
    id: u64,
    name: &str,
    korean: &str,
    hierarchy_level: i32,
    project: Option<u64>,
) -> IssueType {
    IssueType {
        id,
        name: name.to_owned(),
        korean: korean.to_owned(),
        hierarchy_level,
        project,
    }
}

fn status(
    id: u64,
    name: &str,
    korean: &str,
    category: StatusCategory,
    project: Option<u64>,
) -> Status {
    Status {
        id,
        name: name.to_owned(),
        korean: korean.to_owned(),
        category,
        project,
    }
}
