//! What the help desks of a site have besides issues.

use uuid::Uuid;

use crate::world::{Assets, Organization, RequestType, Site};

/// The keys and names of what customers of each service project may ask for.
const REQUESTS: [(&str, &str); 2] = [
    ("getithelp", "Get IT help"),
    ("brokenhardware", "Report broken hardware"),
];

/// Adds kinds of requests to the service projects of a site, organisations and assets to the site.
pub(super) fn add_desks(site: &mut Site) {
    let desks = site.projects.iter();
    let desks = desks.filter(|project| project.kind == "service_desk");
    let requests = desks.flat_map(|project| REQUESTS.map(|request| (project.id, request)));
    site.request_types = (10..)
        .zip(requests)
        .map(|(id, (project, (key, name)))| RequestType {
            id,
            project,
            key: key.to_owned(),
            name: name.to_owned(),
        })
        .collect();
    site.organizations = vec![
        organization(2, "Northwind Traders"),
        organization(3, "Contoso"),
    ];
    let workspace = Uuid::new_v5(&Uuid::NAMESPACE_OID, site.cloud_id.as_bytes());
    let object = |id, label: &str| (id, label.to_owned());
    site.assets = Assets {
        workspace: workspace.to_string(),
        objects: vec![object(24, "Laptop 24"), object(25, "Laptop 25")],
    };
}

fn organization(id: u64, name: &str) -> Organization {
    Organization {
        id,
        name: name.to_owned(),
    }
}
