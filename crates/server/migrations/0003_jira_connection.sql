-- What a Jira connection knows beside its grant.
CREATE TABLE jira_connection (
    connection_id            UUID   PRIMARY KEY NOT NULL REFERENCES connection (connection_id) ON DELETE CASCADE,
    jira_site_id             TEXT   NOT NULL,
    selected_jira_project_id TEXT,
    site_lost_at             BIGINT, -- since when calls have shown that the site is not open to the grant any more
    created_at               BIGINT NOT NULL,
    last_updated             BIGINT NOT NULL
);
