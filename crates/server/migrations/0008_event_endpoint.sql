-- Where events are pushed to, and what waits to be.

-- A URL of a project that its events are posted to.
CREATE TABLE event_endpoint (
    endpoint_id      UUID   PRIMARY KEY NOT NULL,
    project_id       UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    origin           TEXT   NOT NULL, -- api, or environment
    url              BYTEA,           -- sealed; NULL once it is deleted
    secret           BYTEA,           -- sealed; what signs
    old_secret       BYTEA,           -- sealed; the one before, which signs too for a while
    old_secret_until BIGINT,
    types            TEXT   NOT NULL, -- words between spaces; all of them where there is none
    external_ids     TEXT,            -- JSON; NULL is all of them
    mode             TEXT   NOT NULL, -- full or thin
    on_exhausted     TEXT   NOT NULL, -- skip or hold
    state            TEXT   NOT NULL, -- active, paused, or deleted: its queue is being taken away
    reason           TEXT,            -- why it is paused
    not_before       BIGINT NOT NULL DEFAULT 0, -- nothing is sent before
    failures         BIGINT NOT NULL DEFAULT 0, -- how often it has failed as a whole; it is slowed unless that is 0
    strikes          BIGINT NOT NULL DEFAULT 0, -- attempts that failed since one succeeded
    failing_since    BIGINT,
    last_failure     TEXT,            -- in a word
    last_success_at  BIGINT,
    created_at       BIGINT NOT NULL,
    last_updated     BIGINT NOT NULL
);
CREATE INDEX event_endpoint_project_id ON event_endpoint (project_id, endpoint_id);
CREATE UNIQUE INDEX event_endpoint_environment ON event_endpoint (project_id)
    WHERE origin = 'environment' AND state <> 'deleted';

-- One subject at one endpoint: what of it waits there is sent one after the other. A row is there as long as
-- something waits.
CREATE TABLE event_lane (
    endpoint_id UUID   NOT NULL REFERENCES event_endpoint (endpoint_id) ON DELETE CASCADE,
    lane        TEXT   NOT NULL, -- the subject; `replay:` and the subject for what is sent again
    waiting     BIGINT NOT NULL, -- how many rows of event_delivery
    attempts    BIGINT NOT NULL DEFAULT 0, -- of the first of them, that failed because of it
    due_at      BIGINT NOT NULL, -- from when on it may be claimed; the end of the lease while somebody holds it
    owner       UUID,            -- who holds it
    PRIMARY KEY (endpoint_id, lane)
);
CREATE INDEX event_lane_due_at ON event_lane (endpoint_id, due_at);
CREATE INDEX event_lane_owner ON event_lane (due_at) WHERE owner IS NOT NULL;

-- What waits in a lane.
CREATE TABLE event_delivery (
    endpoint_id UUID   NOT NULL REFERENCES event_endpoint (endpoint_id) ON DELETE CASCADE,
    lane        TEXT   NOT NULL,
    position    BIGINT NOT NULL, -- that of the event, which is their order
    event_id    UUID   NOT NULL, -- the event itself may be gone
    PRIMARY KEY (endpoint_id, lane, position)
);

-- What was given up, until it is sent again or its event is gone.
CREATE TABLE event_failure (
    endpoint_id UUID   NOT NULL REFERENCES event_endpoint (endpoint_id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,
    event_id    UUID   NOT NULL,
    failed_at   BIGINT NOT NULL,
    PRIMARY KEY (endpoint_id, position)
);
CREATE INDEX event_failure_failed_at ON event_failure (failed_at);

-- One HTTP request, and what came of it.
CREATE TABLE event_attempt (
    attempt_id  UUID    PRIMARY KEY NOT NULL, -- version 7: when it began
    endpoint_id UUID    NOT NULL REFERENCES event_endpoint (endpoint_id) ON DELETE CASCADE,
    event_id    UUID    NOT NULL,
    is_replay   BOOLEAN NOT NULL,
    outcome     TEXT    NOT NULL, -- delivered, or why it was not
    status      BIGINT,           -- of the answer, if one came
    duration_ms BIGINT  NOT NULL,
    excerpt     BYTEA             -- sealed; how the answer begins
);
CREATE INDEX event_attempt_event_id ON event_attempt (endpoint_id, event_id, attempt_id);
CREATE INDEX event_attempt_delivered ON event_attempt (endpoint_id, attempt_id) WHERE outcome = 'delivered';

-- What an endpoint was asked to be sent again: the last request, and how far it is.
CREATE TABLE event_replay (
    endpoint_id  UUID   PRIMARY KEY NOT NULL REFERENCES event_endpoint (endpoint_id) ON DELETE CASCADE,
    replay_id    UUID   NOT NULL,
    filter       TEXT   NOT NULL, -- JSON
    next         BIGINT NOT NULL, -- the position behind which it goes on
    last         BIGINT NOT NULL, -- the position at which it ends
    queued       BIGINT NOT NULL DEFAULT 0,
    is_done      BOOLEAN NOT NULL,
    requested_at BIGINT NOT NULL
);
