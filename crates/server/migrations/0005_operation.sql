-- What keeps the server right, whatever is called.

-- Requests that must not be carried out twice, by the hash of their project and of their Idempotency-Key.
-- Kept for 24 hours.
CREATE TABLE idempotency_key (
    key_hash     BYTEA  PRIMARY KEY NOT NULL,
    project_id   UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    request_hash BYTEA  NOT NULL, -- of what was asked for
    answer       BYTEA,           -- sealed; NULL while the first request is under way
    expires_at   BIGINT NOT NULL
);
CREATE INDEX idempotency_key_project_id ON idempotency_key (project_id);
CREATE INDEX idempotency_key_expires_at ON idempotency_key (expires_at);

-- What `/readyz` writes, and deletes in the same transaction, to see whether it can.
CREATE TABLE write_probe (
    id UUID PRIMARY KEY NOT NULL
);

-- A value that everybody knows, sealed: servers whose keys do not open it have other keys. One row.
CREATE TABLE key_check (
    id     UUID  PRIMARY KEY NOT NULL,
    sealed BYTEA NOT NULL
);
