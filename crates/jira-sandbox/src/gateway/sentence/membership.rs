//! What Jira says of groups and roles.

use crate::world::Language;

/// Something Jira says to those who ask for groups and roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MembershipSentence {
    /// Neither the name nor the id of a group.
    MissingGroup,
    /// The name or id of a group that is not there.
    NoSuchGroup(String),
    /// The id of a role that is not there.
    NoSuchRole(String),
}

impl MembershipSentence {
    /// The sentence in a language.
    pub(super) fn say(&self, language: Language) -> String {
        match (self, language) {
            (Self::MissingGroup, Language::English) => {
                "The 'groupname' or 'groupId' query parameter must be provided.".to_owned()
            }
            (Self::MissingGroup, Language::Korean) => {
                "쿼리 매개변수 'groupname' 또는 'groupId'를 제공해야 합니다.".to_owned()
            }
            (Self::NoSuchGroup(name), Language::English) => {
                format!("The group named '{name}' does not exist.")
            }
            (Self::NoSuchGroup(name), Language::Korean) => {
                format!("이름이 '{name}'인 그룹이 존재하지 않습니다.")
            }
            (Self::NoSuchRole(id), Language::English) => {
                format!("The project role with id '{id}' does not exist.")
            }
            (Self::NoSuchRole(id), Language::Korean) => {
                format!("ID가 '{id}'인 프로젝트 역할을 찾을 수 없습니다.")
            }
        }
    }
}
