//! A customer who connects again while another process deletes the connection.

use juncture_server::project::ProjectId;
use juncture_server::store::{Store, connections};

use super::app;
use crate::support::flow::BRUNO;
use crate::support::postgres::{PrivatePostgres, until_somebody_waits};
use crate::support::rows::connection_id;

#[tokio::test]
async fn who_connects_again_while_the_connection_is_deleted_gets_a_new_one() {
    let server = PrivatePostgres::start();
    let url = server.url("postgres");
    let app = app(&url).await;
    app.connect("a").await;
    let deleted = connection_id(&app, "a").await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    let site = app.site_id("Acme").await;
    let other = Store::open(&app.app.config.database).await.unwrap();
    let mut deleting = other.begin_write().await.unwrap();
    let id = deleted.unwrap();
    let is_deleted = connections::delete_by_id(&mut deleting, ProjectId::DEFAULT, id).await;
    assert!(is_deleted.unwrap());
    let (connected, ()) = tokio::join!(app.finalize(&code, &site), async {
        until_somebody_waits(&url).await;
        deleting.commit().await.unwrap();
    });
    connected.expect(200);
    // A refresh of the old grant may be under way, under the old id.
    assert_ne!(connection_id(&app, "a").await, deleted);
    app.access_token("a").await.expect(200);
}
