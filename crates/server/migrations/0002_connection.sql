-- Grants, and whose they are. Tokens and what is kept beside them are sealed.

-- A grant of a customer, by the documented names.
CREATE TABLE connection (
    connection_id           UUID    PRIMARY KEY NOT NULL,
    project_id              UUID    NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    provider                TEXT    NOT NULL,
    oauth_app_id            UUID    REFERENCES oauth_app (oauth_app_id), -- NULL: the app of the environment
    refresh_token           BYTEA,            -- NULL where the provider gives none
    invalid_refresh_token   BOOLEAN NOT NULL,
    access_token            BYTEA   NOT NULL,
    access_token_expires_at BIGINT,           -- NULL where it never does
    token_version           BIGINT  NOT NULL, -- grows with every new pair of tokens
    expires_at              BIGINT,           -- consent + the provider's longest grant, where there is such an end
    account_id              TEXT,             -- who has consented
    account_name            TEXT,
    account_email           TEXT,
    granted_scopes          TEXT,             -- as the provider has told, words between spaces
    choice_id               TEXT,             -- what was picked after the consent
    choice_name             TEXT,
    choice_url              TEXT,
    kept                    BYTEA,            -- JSON: what calls need of the token's answer and of the callback
    refreshed_at            BIGINT  NOT NULL, -- when the refresh token was issued
    refresh_owner           UUID,             -- who holds the lease
    refresh_lease_until     BIGINT  NOT NULL DEFAULT 0, -- until when
    refresh_started_at      BIGINT,           -- set while nobody knows how a refresh ended
    refresh_not_before      BIGINT  NOT NULL DEFAULT 0, -- the end of the back-off
    refresh_failures        BIGINT  NOT NULL DEFAULT 0, -- in a row
    refresh_failure         TEXT,             -- the last one, in a word
    refresh_refused_since   BIGINT,           -- since when the provider refuses it without a reason
    error_code              TEXT,             -- why the last refresh failed, if it did: a code of the API
    error_at                BIGINT,
    created_at              BIGINT  NOT NULL,
    last_updated            BIGINT  NOT NULL
);
CREATE INDEX connection_project_id ON connection (project_id);
CREATE INDEX connection_oauth_app_id ON connection (oauth_app_id) WHERE oauth_app_id IS NOT NULL;
CREATE INDEX connection_refresh_started_at ON connection (refresh_started_at) WHERE refresh_started_at IS NOT NULL;
CREATE INDEX connection_refreshed_at ON connection (refreshed_at);
CREATE INDEX connection_last_updated ON connection (last_updated);
-- Those that are dead are found, and counted, without a look at the others.
CREATE INDEX connection_invalid ON connection (connection_id) WHERE invalid_refresh_token = TRUE;
CREATE INDEX connection_expires_at ON connection (expires_at);

-- One connection for each external id of a project at a provider.
CREATE TABLE connection_external_map (
    project_id    UUID NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    provider      TEXT NOT NULL,
    external_id   TEXT NOT NULL,
    connection_id UUID NOT NULL UNIQUE REFERENCES connection (connection_id) ON DELETE CASCADE,
    PRIMARY KEY (project_id, provider, external_id)
);

-- Connections that were deleted, so that every process learns of it. Kept for an hour.
CREATE TABLE deleted_connection (
    connection_id UUID   PRIMARY KEY NOT NULL,
    deleted_at    BIGINT NOT NULL
);
CREATE INDEX deleted_connection_deleted_at ON deleted_connection (deleted_at);

-- Connections that came to a project from an original deployment. One that is no longer in `connection` was
-- deleted here, and a later import does not bring it back.
CREATE TABLE imported_connection (
    project_id    UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    connection_id UUID   NOT NULL,
    imported_at   BIGINT NOT NULL,
    PRIMARY KEY (project_id, connection_id)
);
