//! What is wrong with the syntax of a JQL query, in words.

/// What is wrong with a JQL query at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Syntax {
    UnclosedString(String),
    ReservedWord(String),
    ReservedCharacter(char),
    BadEscape(String),
    ExpectedOrAnd(String),
    ExpectedField(String),
    ExpectedOperator(String),
    ExpectedValue(String),
    ExpectedClosing(String),
    ExpectedBy(String),
}

/// What a JQL query lacks at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfinished {
    Field,
    Operator,
    Value,
    Closing,
    By,
}

const OPERATORS: &str =
    "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'";

impl Syntax {
    pub(super) fn in_english(&self) -> String {
        match self {
            Self::UnclosedString(text) => {
                format!("The quoted string '{text}' has not been completed.")
            }
            Self::ReservedWord(word) => format!(
                "'{word}' is a reserved JQL word. You must surround it in quotation marks to use it in a query."
            ),
            Self::ReservedCharacter(character) => {
                let code = u32::from(*character);
                format!(
                    "The character '{character}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u{code:04x}' instead."
                )
            }
            Self::BadEscape(escape) => format!(
                "'{escape}' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX."
            ),
            Self::ExpectedOrAnd(found) => {
                format!("Expecting either 'OR' or 'AND' but got '{found}'.")
            }
            Self::ExpectedField(found) => format!(
                "Expecting a field name but got '{found}'. You must surround '{found}' in quotation marks to use it as a field name."
            ),
            Self::ExpectedOperator(found) => format!(
                "Expecting operator but got '{found}'. The valid operators are {OPERATORS}."
            ),
            Self::ExpectedValue(found) => format!(
                "Expecting either a value, list or function but got '{found}'. You must surround '{found}' in quotation marks to use it as a value."
            ),
            Self::ExpectedClosing(found) => format!("Expecting ')' but got '{found}'."),
            Self::ExpectedBy(found) => format!("Expecting 'by' but got '{found}'."),
        }
    }

    pub(super) fn in_korean(&self) -> String {
        match self {
            Self::UnclosedString(text) => {
                format!("따옴표로 묶인 문자열 '{text}'이(가) 완료되지 않았습니다.")
            }
            Self::ReservedWord(word) => {
                format!("'{word}'은(는) JQL 예약어입니다. 쿼리에 사용하려면 따옴표로 묶으세요.")
            }
            Self::ReservedCharacter(character) => {
                format!("문자 '{character}'은(는) JQL 예약 문자입니다.")
            }
            Self::BadEscape(escape) => {
                format!("'{escape}'은(는) 잘못된 JQL 이스케이프 시퀀스입니다.")
            }
            Self::ExpectedOrAnd(found) => {
                format!("'OR' 또는 'AND'가 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedField(found) => {
                format!("필드 이름이 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedOperator(found) => {
                format!("연산자가 필요하지만 '{found}'이(가) 있습니다. 올바른 연산자: {OPERATORS}.")
            }
            Self::ExpectedValue(found) => {
                format!("값, 목록 또는 함수가 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedClosing(found) => {
                format!("')'이(가) 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedBy(found) => format!("'by'가 필요하지만 '{found}'이(가) 있습니다."),
        }
    }
}

impl Unfinished {
    pub(super) fn in_english(self) -> String {
        match self {
            Self::Field => "Expecting a field name at the end of the query.".to_owned(),
            Self::Operator => format!(
                "Expecting an operator before the end of the query. The valid operators are {OPERATORS}."
            ),
            Self::Value => {
                "Expecting either a value, list or function before the end of the query.".to_owned()
            }
            Self::Closing => "Expecting ')' before the end of the query.".to_owned(),
            Self::By => "Expecting 'by' before the end of the query.".to_owned(),
        }
    }

    pub(super) fn in_korean(self) -> String {
        match self {
            Self::Field => "쿼리 끝에 필드 이름이 필요합니다.".to_owned(),
            Self::Operator => {
                format!("쿼리 끝 앞에 연산자가 필요합니다. 올바른 연산자: {OPERATORS}.")
            }
            Self::Value => "쿼리 끝 앞에 값, 목록 또는 함수가 필요합니다.".to_owned(),
            Self::Closing => "쿼리 끝 앞에 ')'이(가) 필요합니다.".to_owned(),
            Self::By => "쿼리 끝 앞에 'by'가 필요합니다.".to_owned(),
        }
    }
}
