-- The same text for SQLite and PostgreSQL. Times are milliseconds since the Unix epoch.

-- A product whose customers connect. The project of a deployment that has one has the id 0.
CREATE TABLE project (
    project_id   UUID   PRIMARY KEY NOT NULL,
    name         TEXT   NOT NULL UNIQUE,
    settings     TEXT   NOT NULL, -- JSON
    created_at   BIGINT NOT NULL,
    last_updated BIGINT NOT NULL
);

-- Who may call for a project.
CREATE TABLE api_key (
    key_id       UUID   PRIMARY KEY NOT NULL,
    project_id   UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    kind         TEXT   NOT NULL, -- public or secret
    name         TEXT   NOT NULL,
    digest       BYTEA  NOT NULL UNIQUE, -- SHA-256 of the key; a secret one is nowhere
    shown        TEXT   NOT NULL, -- a public key whole; of a secret one its beginning, to tell keys apart
    scopes       TEXT   NOT NULL, -- words between spaces; all of them where there is none
    expires_at   BIGINT,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX api_key_project_id ON api_key (project_id);

-- Keys that were deleted, so that every process learns of it. Kept for two hours.
CREATE TABLE deleted_api_key (
    key_id     UUID   PRIMARY KEY NOT NULL,
    deleted_at BIGINT NOT NULL
);
CREATE INDEX deleted_api_key_deleted_at ON deleted_api_key (deleted_at);

-- A client id and secret of a project at a provider. Another client id is another row: the former one is
-- retired, and stays for the connections that were made with it.
CREATE TABLE oauth_app (
    oauth_app_id  UUID   PRIMARY KEY NOT NULL,
    project_id    UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    provider      TEXT   NOT NULL,
    client_id     TEXT   NOT NULL,
    client_secret BYTEA  NOT NULL, -- sealed
    scopes        TEXT   NOT NULL, -- words between spaces
    redirect_uri  TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    last_updated  BIGINT NOT NULL,
    retired_at    BIGINT
);
CREATE UNIQUE INDEX oauth_app_in_use ON oauth_app (project_id, provider) WHERE retired_at IS NULL;
