-- How far the feeds are copied into streams outside, so that copying goes on where it ended.
CREATE TABLE event_sink (
    sink        TEXT   NOT NULL, -- which stream
    project_id  UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    position    BIGINT NOT NULL, -- up to which all events are there
    owner       UUID   NOT NULL, -- the process that copies, until:
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (sink, project_id)
);
CREATE INDEX event_sink_project_id ON event_sink (project_id);
