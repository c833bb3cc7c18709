-- An original deployment's database with :rows connections, made from the documented tables: the same
-- rows every time. Names, nulls, empty selections and dead grants are among them.
CREATE SCHEMA "juncture-core";
CREATE TYPE "juncture-core".provider AS ENUM ('jira');

CREATE TABLE "juncture-core".connection (
    connection_id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    refresh_token         text NOT NULL,
    expires_at            timestamptz NOT NULL,
    created_at            timestamptz NOT NULL DEFAULT now(),
    last_updated          timestamptz NOT NULL DEFAULT now(),
    invalid_refresh_token boolean NOT NULL DEFAULT false
);

CREATE TABLE "juncture-core".connection_external_map (
    external_id   text NOT NULL,
    provider      "juncture-core".provider NOT NULL,
    connection_id uuid NOT NULL REFERENCES "juncture-core".connection (connection_id) ON DELETE CASCADE,
    PRIMARY KEY (external_id, provider)
);

CREATE TABLE "juncture-core".jira_connection (
    connection_id            uuid PRIMARY KEY REFERENCES "juncture-core".connection (connection_id) ON DELETE CASCADE,
    selected_jira_project_id text,
    jira_site_id             text NOT NULL,
    created_at               timestamptz NOT NULL DEFAULT now(),
    last_updated             timestamptz NOT NULL DEFAULT now()
);

-- Tokens are as long as Atlassian's, about 1,300 characters. Times have microseconds, as now() has.
INSERT INTO "juncture-core".connection
SELECT md5('connection ' || n)::uuid,
    'eyJraWQiOi.' || (SELECT string_agg(md5('token ' || n || ' ' || part), '') FROM generate_series(1, 40) AS part),
    made + interval '365 days',
    made,
    made + n % 80 * interval '1 day',
    n % 50 = 0
FROM generate_series(1, :rows) AS n,
    LATERAL (SELECT timestamptz '2026-01-01 00:00:00Z' + n * interval '12.345678 seconds') AS moment (made);

INSERT INTO "juncture-core".connection_external_map
SELECT CASE n % 5
        WHEN 0 THEN 'project-' || n
        WHEN 1 THEN 'Müller & Söhne ' || n
        WHEN 2 THEN n::text
        WHEN 3 THEN md5('user ' || n)::uuid::text
        ELSE '顧客/' || n || ' ''"\%_'
    END,
    'jira', md5('connection ' || n)::uuid
FROM generate_series(1, :rows) AS n;

INSERT INTO "juncture-core".jira_connection
SELECT md5('connection ' || n)::uuid,
    CASE n % 3 WHEN 0 THEN (10000 + n % 7)::text WHEN 1 THEN 'SHOP' END,
    md5('site ' || n % 1000)::uuid::text,
    made + interval '1 second',
    made + n % 7 * interval '1 hour'
FROM generate_series(1, :rows) AS n,
    LATERAL (SELECT timestamptz '2026-01-01 00:00:00Z' + n * interval '12.345678 seconds') AS moment (made);

ANALYZE "juncture-core".connection, "juncture-core".connection_external_map, "juncture-core".jira_connection;
