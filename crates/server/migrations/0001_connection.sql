-- The same text for SQLite and PostgreSQL. Times are milliseconds since the Unix epoch; tokens are sealed.

-- A grant of a customer, by the documented names.
CREATE TABLE connection (
    connection_id           UUID    PRIMARY KEY NOT NULL,
    refresh_token           BYTEA   NOT NULL,
    invalid_refresh_token   BOOLEAN NOT NULL,
    access_token            BYTEA   NOT NULL,
    access_token_expires_at BIGINT  NOT NULL,
    token_version           BIGINT  NOT NULL, -- grows with every new pair of tokens
    expires_at              BIGINT  NOT NULL, -- consent + the provider's longest grant; no refresh extends it
    created_at              BIGINT  NOT NULL,
    last_updated            BIGINT  NOT NULL
);

-- One connection for each external id and provider.
CREATE TABLE connection_external_map (
    external_id   TEXT NOT NULL,
    provider      TEXT NOT NULL,
    connection_id UUID NOT NULL UNIQUE REFERENCES connection (connection_id) ON DELETE CASCADE,
    PRIMARY KEY (external_id, provider)
);

-- A grant whose customer has not yet picked a site. The code itself is not stored, only its SHA-256.
CREATE TABLE pending_connection (
    code_hash               BYTEA  PRIMARY KEY NOT NULL,
    provider                TEXT   NOT NULL,
    external_id             TEXT   NOT NULL,
    refresh_token           BYTEA  NOT NULL,
    access_token            BYTEA  NOT NULL,
    access_token_expires_at BIGINT NOT NULL,
    consented_at            BIGINT NOT NULL,
    expires_at              BIGINT NOT NULL
);
CREATE INDEX pending_connection_expires_at ON pending_connection (expires_at);

-- OAuth states that came back once; kept until they would have expired anyway.
CREATE TABLE used_state (
    state_hash BYTEA  PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_state_expires_at ON used_state (expires_at);
