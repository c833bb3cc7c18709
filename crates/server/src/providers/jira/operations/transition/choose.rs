//! Which step is meant: by its id, or by where it leads.

use juncture_jira::{FieldMeta, Status, Transition};

use crate::providers::jira::failure::Unmoved;

/// Where an issue is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// By the step with this id.
    Transition(String),
    /// To the status with this id.
    StatusId(String),
    /// To the status of this name, which nobody else may have. Names may be translated.
    StatusName(String),
    /// To whatever status means this.
    Category(Category),
}

/// What a status means, on every site and in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Category {
    /// Nobody has begun.
    ToDo,
    /// Somebody is at it.
    InProgress,
    /// It is over.
    Done,
}

impl Category {
    /// Reads Jira's key of it, or the word that people say.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let word = text.trim().to_lowercase().replace([' ', '-'], "_");
        Some(match word.as_str() {
            "new" | "todo" | "to_do" => Self::ToDo,
            "indeterminate" | "in_progress" => Self::InProgress,
            "done" => Self::Done,
            _ => return None,
        })
    }

    /// Jira's key of it.
    fn key(self) -> &'static str {
        match self {
            Self::ToDo => "new",
            Self::InProgress => "indeterminate",
            Self::Done => "done",
        }
    }
}

impl Target {
    /// Whether an issue in this status is there already. Of a step nobody knows before it is found.
    pub(super) fn is_reached(&self, status: &Status) -> bool {
        match self {
            Self::Transition(_) => false,
            Self::StatusId(id) => status.id == *id,
            Self::StatusName(name) => is_called(status, name),
            Self::Category(category) => {
                let found = status.status_category.as_ref();
                found.is_some_and(|found| found.key == category.key())
            }
        }
    }

    /// Whether this step leads there.
    pub(super) fn fits(&self, step: &Transition) -> bool {
        match self {
            Self::Transition(id) => step.id == *id,
            target => target.is_reached(&step.to),
        }
    }
}

fn is_called(status: &Status, name: &str) -> bool {
    status.name.trim().to_lowercase() == name.trim().to_lowercase()
}

/// Whether what came with an issue is enough to choose from. That the fields of screens come with it is
/// nowhere documented: the list of steps has them. It is asked for before anything is refused, too.
pub(super) fn is_enough(offered: &[Transition], target: &Target) -> bool {
    let mut fitting = offered.iter().filter(|step| target.fits(step)).peekable();
    let is_known = |step: &Transition| !step.has_screen || !step.fields.is_empty();
    fitting.peek().is_some() && fitting.all(is_known)
}

/// The one step that is meant. Of several to one status it is the one that asks for nothing that is
/// not given; several statuses are for the caller to choose from.
pub(super) fn choose<'a>(
    offered: &'a [Transition],
    target: &Target,
    is_given: impl Fn(&FieldMeta) -> bool,
) -> Result<&'a Transition, Unmoved> {
    let fitting: Vec<&Transition> = offered.iter().filter(|step| target.fits(step)).collect();
    let first = match fitting[..] {
        [] => return Err(Unmoved::NotAvailable(offered.to_vec())),
        [only] => return Ok(only),
        [first, ..] => first,
    };
    let asks_more = |step: &Transition| {
        let mut fields = step.fields.iter();
        fields.any(|field| field.must_be_given() && !is_given(field))
    };
    let is_one_status = fitting.iter().all(|step| step.to.id == first.to.id);
    let mut ready = fitting.iter().filter(|step| !asks_more(step));
    match (ready.next(), ready.next()) {
        (Some(only), None) if is_one_status => Ok(only),
        _ => Err(Unmoved::Ambiguous(fitting.into_iter().cloned().collect())),
    }
}
