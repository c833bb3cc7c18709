//! What help desks have besides issues: kinds of requests, organisations of customers, and assets.

use serde::{Deserialize, Serialize};

use super::Site;

/// What customers of a service project may ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RequestType {
    pub(crate) id: u64,
    pub(crate) project: u64,
    /// By which a write may name it, behind the key of its project.
    pub(crate) key: String,
    pub(crate) name: String,
}

/// An organisation of customers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Organization {
    pub(crate) id: u64,
    pub(crate) name: String,
}

/// Objects of Assets, which have a place of their own: a workspace.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Assets {
    /// A UUID.
    pub(crate) workspace: String,
    /// Ids and labels.
    pub(crate) objects: Vec<(u64, String)>,
}

impl Site {
    /// The kind of request with this id.
    pub(crate) fn request_type(&self, id: u64) -> Option<&RequestType> {
        self.request_types.iter().find(|row| row.id == id)
    }

    /// The organisation with this id.
    pub(crate) fn organization(&self, id: u64) -> Option<&Organization> {
        self.organizations.iter().find(|row| row.id == id)
    }
}

impl Assets {
    /// The label of the object with this id.
    pub(crate) fn label(&self, id: u64) -> Option<&str> {
        let mut objects = self.objects.iter();
        let object = objects.find(|(own, _)| *own == id);
        object.map(|(_, label)| label.as_str())
    }

    /// The id that an object has beyond its workspace.
    pub(crate) fn global_id(&self, id: u64) -> String {
        format!("{}:{id}", self.workspace)
    }
}
