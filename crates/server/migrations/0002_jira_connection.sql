-- What a Jira connection knows beside its grant.
CREATE TABLE jira_connection (
    connection_id            UUID   PRIMARY KEY NOT NULL REFERENCES connection (connection_id) ON DELETE CASCADE,
    jira_site_id             TEXT   NOT NULL,
    selected_jira_project_id TEXT,
    created_at               BIGINT NOT NULL,
    last_updated             BIGINT NOT NULL
);
