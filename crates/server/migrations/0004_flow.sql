-- Flows on their way to a connection.

-- A grant whose customer has not yet picked what to connect. The code itself is not stored, only its SHA-256.
CREATE TABLE pending_connection (
    code_hash               BYTEA  PRIMARY KEY NOT NULL,
    project_id              UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    provider                TEXT   NOT NULL,
    external_id             TEXT   NOT NULL,
    oauth_app_id            UUID   REFERENCES oauth_app (oauth_app_id) ON DELETE CASCADE, -- as in `connection`
    refresh_token           BYTEA,
    access_token            BYTEA  NOT NULL,
    access_token_expires_at BIGINT,
    account_id              TEXT,
    account_name            TEXT,
    account_email           TEXT,
    granted_scopes          TEXT,
    kept                    BYTEA,
    consented_at            BIGINT NOT NULL,
    expires_at              BIGINT NOT NULL
);
CREATE INDEX pending_connection_project_id ON pending_connection (project_id);
CREATE INDEX pending_connection_expires_at ON pending_connection (expires_at);

-- OAuth states that came back once; kept until they would have expired anyway.
CREATE TABLE used_state (
    state_hash BYTEA  PRIMARY KEY NOT NULL,
    code_hash  BYTEA, -- of the connection code that the state has led to
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_state_expires_at ON used_state (expires_at);

-- Flows that have ended in a connection, for those who come to their pages again.
CREATE TABLE finished_flow (
    code_hash     BYTEA  PRIMARY KEY NOT NULL, -- SHA-256 of the connection code
    connection_id UUID   NOT NULL REFERENCES connection (connection_id) ON DELETE CASCADE,
    provider      TEXT   NOT NULL,
    choice        TEXT   NOT NULL,             -- what people call what they have picked
    expires_at    BIGINT NOT NULL              -- when the code would have died
);
CREATE INDEX finished_flow_expires_at ON finished_flow (expires_at);
CREATE INDEX finished_flow_connection_id ON finished_flow (connection_id);

-- Connect sessions: flows that a back end has prepared for one customer. What is told of one stays for a day
-- after its end, for those who open its link too late.
CREATE TABLE connect_session (
    session_id   UUID   PRIMARY KEY NOT NULL,
    token_hash   BYTEA  NOT NULL UNIQUE, -- SHA-256 of the session token, which is nowhere
    project_id   UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    provider     TEXT   NOT NULL,
    external_id  TEXT   NOT NULL,
    terms        TEXT   NOT NULL,        -- JSON: what may come of it, and where the browser goes at its end
    opened_at    BIGINT,                 -- when its token was used up
    browser_hash BYTEA,                  -- SHA-256 of the cookie of the browser that it is bound to
    code_hash    BYTEA,                  -- of the connection code that it has led to
    expires_at   BIGINT NOT NULL         -- when its token dies
);
CREATE INDEX connect_session_project_id ON connect_session (project_id);
CREATE INDEX connect_session_code_hash ON connect_session (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX connect_session_expires_at ON connect_session (expires_at);
