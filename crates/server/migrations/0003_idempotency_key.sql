-- Requests that must not be carried out twice, by the hash of their Idempotency-Key. Kept for 24 hours.
CREATE TABLE idempotency_key (
    key_hash     BYTEA  PRIMARY KEY NOT NULL,
    request_hash BYTEA  NOT NULL, -- of what was asked for
    answer       BYTEA,           -- sealed; NULL while the first request is under way
    expires_at   BIGINT NOT NULL
);
CREATE INDEX idempotency_key_expires_at ON idempotency_key (expires_at);
