//! A subset of the Jira Query Language: read, resolved against a site, and run.
//!
//! Three steps, because Jira fails in three ways: [`parse`] finds syntax errors, which are always
//! loud; [`mod@resolve`] finds names without meaning, which may be silent; and a resolved [`Search`]
//! cannot fail. Fields and functions that Jira does not have are unknown. Those that Jira has and the
//! sandbox does not ([`gaps`]) are refused by name instead of being misread.
//!
//! The language: <https://support.atlassian.com/jira-software-cloud/docs/jql-fields/>.

mod custom;
mod dates;
mod functions;
pub(crate) mod gaps;
mod history;
mod lag;
mod lexer;
mod order;
mod parser;
mod reference;
mod reserved;
mod resolve;
mod run;
mod suggestions;
mod text;
mod values;

pub(crate) use order::SortValue;
pub(crate) use parser::parse;
pub(crate) use reference::{Usage, custom_usage, field_references, function_references};
pub(crate) use reserved::{encoded, reserved_words};
pub(crate) use resolve::{Asker, resolve, unknown_sorts};
pub(crate) use run::Search;
pub(crate) use suggestions::{people, suggestions};

/// A query as written.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    /// The restriction; `None` is a query of nothing but `ORDER BY`.
    pub(crate) clause: Option<Clause>,
    pub(crate) sorts: Vec<Sort>,
}

impl Query {
    /// The query which restricts nothing.
    pub(crate) fn everything() -> Self {
        Self {
            clause: None,
            sorts: Vec::new(),
        }
    }
}

/// A restriction as written.
#[derive(Debug, PartialEq)]
pub(crate) enum Clause {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
    Term(Term),
}

/// A field compared with something.
#[derive(Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) field: String,
    pub(crate) operator: Operator,
    /// Empty behind `CHANGED`, which compares with nothing.
    pub(crate) operand: Operand,
    /// What follows `WAS` and `CHANGED` with their operands.
    pub(crate) predicates: Vec<Predicate>,
}

/// When, by whom, or between which values something changed.
#[derive(Debug, PartialEq)]
pub(crate) struct Predicate {
    pub(crate) kind: PredicateKind,
    pub(crate) operand: Operand,
}

/// The words that begin a predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PredicateKind {
    After,
    Before,
    On,
    During,
    By,
    From,
    To,
}

impl PredicateKind {
    pub(crate) const ALL: [Self; 7] = [
        Self::After,
        Self::Before,
        Self::On,
        Self::During,
        Self::By,
        Self::From,
        Self::To,
    ];

    /// As Jira prints it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::After => "after",
            Self::Before => "before",
            Self::On => "on",
            Self::During => "during",
            Self::By => "by",
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// The operators of the subset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    NotEquals,
    In,
    NotIn,
    Is,
    IsNot,
    Contains,
    DoesNotContain,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Was,
    WasNot,
    WasIn,
    WasNotIn,
    Changed,
    /// What `NOT` makes of `CHANGED`; nobody writes it.
    NeverChanged,
}

impl Operator {
    /// As Jira prints it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::NotEquals => "!=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Contains => "~",
            Self::DoesNotContain => "!~",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Was => "was",
            Self::WasNot => "was not",
            Self::WasIn => "was in",
            Self::WasNotIn => "was not in",
            Self::Changed | Self::NeverChanged => "changed",
        }
    }

    /// Whether it asks for the past.
    pub(crate) fn is_about_the_past(self) -> bool {
        matches!(
            self,
            Self::Was
                | Self::WasNot
                | Self::WasIn
                | Self::WasNotIn
                | Self::Changed
                | Self::NeverChanged
        )
    }

    /// The operator that holds where this one does not. Jira pushes `NOT` inwards this way, which
    /// is why `NOT assignee = x` does not find unassigned issues.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Equals => Self::NotEquals,
            Self::NotEquals => Self::Equals,
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
            Self::Is => Self::IsNot,
            Self::IsNot => Self::Is,
            Self::Contains => Self::DoesNotContain,
            Self::DoesNotContain => Self::Contains,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Was => Self::WasNot,
            Self::WasNot => Self::Was,
            Self::WasIn => Self::WasNotIn,
            Self::WasNotIn => Self::WasIn,
            Self::Changed => Self::NeverChanged,
            Self::NeverChanged => Self::Changed,
        }
    }
}

/// The right side of a term.
#[derive(Debug, PartialEq)]
pub(crate) enum Operand {
    Value(String),
    List(Vec<Operand>),
    Function(String, Vec<String>),
    Empty,
}

impl std::fmt::Display for Operand {
    /// As Jira quotes it in a sentence.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let join = |texts: Vec<String>| texts.join(", ");
        match self {
            Self::Value(text) => write!(formatter, "\"{text}\""),
            Self::List(items) => {
                let items = items.iter().map(ToString::to_string).collect();
                write!(formatter, "({})", join(items))
            }
            Self::Function(name, arguments) => {
                write!(formatter, "{name}({})", join(arguments.clone()))
            }
            Self::Empty => formatter.write_str("EMPTY"),
        }
    }
}

/// One field of an `ORDER BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) field: String,
    pub(crate) is_descending: bool,
    /// Whether the query names the direction.
    pub(crate) says_direction: bool,
}
