//! The reference of every variable: one table, from which messages and `docs/CONFIG.md` are made.

use std::fmt::Write as _;

/// A variable that the server reads.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What holds when it is unset.
    pub default: &'static str,
    example: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

impl Variable {
    /// A value that would do. Keys are freshly made, so that nobody runs on a printed one.
    #[must_use]
    pub fn example(&self) -> String {
        match self.name {
            "JUNCTURE_ENCRYPTION_KEYS" => crate::seal::generate(),
            "JUNCTURE_SECRET_KEY" | "JUNCTURE_ADMIN_KEY" => crate::random::url_safe_code(),
            _ => self.example.to_owned(),
        }
    }
}

/// Where in the table the variable called `name` stands; every one that is read is there.
pub(crate) fn position(name: &str) -> usize {
    let found = VARIABLES.iter().position(|variable| variable.name == name);
    found.expect("every variable that is read stands in the table")
}

const fn variable(
    name: &'static str,
    default: &'static str,
    example: &'static str,
    meaning: &'static str,
) -> Variable {
    Variable {
        name,
        default,
        example,
        meaning,
    }
}

/// The default of a variable that has none.
const REQUIRED: &str = "required";

/// What a server needs to connect customers with Jira; one without any of these goes without Jira.
const REQUIRED_FOR_JIRA: &str = "required for Jira";

/// Every variable, in the order of the documentation.
pub const VARIABLES: &[Variable] = &[
    variable(
        "JUNCTURE_SECRET_KEY",
        REQUIRED,
        "",
        "What your back end sends as `Authorization: Bearer …` to `/api/backend/*`: a long random text of your own, at least 16 characters. It may do everything in the project `default`; `juncture key` makes keys that may do less. With `CLOUD_MODE=true` it may be left out.",
    ),
    variable(
        "JUNCTURE_ADMIN_KEY",
        "none: `/api/admin/*` is 404; required with `CLOUD_MODE=true`",
        "",
        "What whoever runs the server sends as `Authorization: Bearer …` to `/api/admin/*`, where projects, keys and OAuth apps are made: a long random text of its own, at least 16 characters.",
    ),
    variable(
        "DEFAULT_JIRA_CLIENT_ID",
        REQUIRED_FOR_JIRA,
        "Yx3kT0exampleclientid",
        "The client id of your OAuth 2.0 (3LO) app in Atlassian's developer console.",
    ),
    variable(
        "DEFAULT_JIRA_CLIENT_SECRET",
        REQUIRED_FOR_JIRA,
        "ATOAexample-of-a-client-secret",
        "The secret of that app.",
    ),
    variable(
        "DEFAULT_JIRA_REDIRECT_URI",
        REQUIRED_FOR_JIRA,
        "https://integrations.example.com/api/frontend/oauth/authorization-callback/jira",
        "The callback URL registered in the console: your public address of this server, then `/api/frontend/oauth/authorization-callback/jira`.",
    ),
    variable(
        "DEFAULT_JIRA_SCOPES",
        "see below",
        "read:jira-work write:jira-work read:jira-user",
        "The scopes to ask for, by commas or spaces; `offline_access` is always added. They must be among those of the app in the console.",
    ),
    variable(
        "DEFAULT_JIRA_SITE_REDIRECT_URI",
        "none",
        "https://app.example.com/integrations/jira/done",
        "Where the hosted page sends your customer when the connection is made. `NEXT_PUBLIC_DEFAULT_JIRA_SITE_REDIRECT_URI` is read too.",
    ),
    variable(
        "NEXT_PUBLIC_DEFAULT_JIRA_SITE_REDIRECT_URI",
        "none",
        "https://app.example.com/integrations/jira/done",
        "The older name of `DEFAULT_JIRA_SITE_REDIRECT_URI`.",
    ),
    variable("HOST", "`127.0.0.1`", "0.0.0.0", "The address to bind."),
    variable(
        "PORT",
        "`8000`",
        "8000",
        "The port to bind; `0` takes a free one.",
    ),
    variable(
        "JUNCTURE_BASE_URL",
        "the address in `DEFAULT_JIRA_REDIRECT_URI`, else `HOST` and `PORT`",
        "https://integrations.example.com",
        "Where browsers reach this server.",
    ),
    variable(
        "JUNCTURE_FRONTEND_URL",
        "`JUNCTURE_BASE_URL`",
        "https://integrations.example.com",
        "Where the finalise page is, if you host your own at `/finalize-connection/:provider/:connection_code`.",
    ),
    variable(
        "CORS_ALLOWED_ORIGINS",
        "none",
        "https://app.example.com,https://admin.example.com",
        "The web origins whose scripts may call `/api/frontend/*`.",
    ),
    variable(
        "TRUSTED_PROXIES",
        "none",
        "127.0.0.1,10.0.0.0/8",
        "The IP addresses and networks of your proxies, by commas. Their `X-Forwarded-For` is believed; anybody else's is not. It tells the client's address, in the log and for the limit below, and nothing else.",
    ),
    variable(
        "PUBLIC_REQUESTS_PER_MINUTE",
        "`300`",
        "300",
        "How many requests a minute one client address (of IPv6, one /64 network) may send to `/api/frontend/*` and the hosted page without the secret key; more are answered 429. `0` is no limit. Behind a proxy, set `TRUSTED_PROXIES`, or all your customers count as one.",
    ),
    variable(
        "JUNCTURE_EVENTS_ENDPOINT_URL",
        "none",
        "https://app.example.com/webhooks/juncture",
        "Where events of the project `default` are posted to, without any call that says so. Other endpoints are made by `/api/backend/event-endpoints`. See [EVENTS.md](EVENTS.md).",
    ),
    variable(
        "JUNCTURE_EVENTS_ENDPOINT_SECRET",
        "none; required with `JUNCTURE_EVENTS_ENDPOINT_URL`",
        "whsec_ZXhhbXBsZS1vZi1hLXNpZ25pbmctc2VjcmV0LTMy",
        "What signs for that endpoint: `whsec_` and the base64 of 24 to 64 random bytes. Where it is another one after a start, the one before signs too for 24 hours.",
    ),
    variable(
        "JUNCTURE_EVENTS_ALLOWED_NETWORKS",
        "none: public addresses alone, by `https://`",
        "10.20.0.0/16,127.0.0.1",
        "IP addresses and networks that are not public and that events may be posted to all the same, by commas; there `http://` will do. Whoever may make endpoints reaches what is in them.",
    ),
    variable(
        "JUNCTURE_DATA_DIR",
        "`juncture-data`",
        "/var/lib/juncture",
        "The folder of the database and the key file; made at the first start.",
    ),
    variable(
        "DATABASE_URL",
        "`juncture.db` in `JUNCTURE_DATA_DIR`",
        "postgres://juncture:password@db.example.com/juncture",
        "`postgres://…` or `postgresql://…` of a PostgreSQL database, or `sqlite://` and the path of a file. docs/STORAGE.md tells what the URL may say, poolers and TLS included.",
    ),
    variable(
        "DATABASE_MAX_CONNECTIONS",
        "`10`",
        "10",
        "The most connections that this process opens to PostgreSQL at once. SQLite has one writer and does not need it.",
    ),
    variable(
        "JUNCTURE_ENCRYPTION_KEYS",
        "a key file `juncture.key` beside the SQLite file; required with PostgreSQL",
        "",
        "The keys that seal the stored tokens: `id:base64-of-32-bytes`, by commas; the first seals, all open. Keep a copy: without the key the tokens are lost. `docs/SECURITY.md` says how to change it.",
    ),
    variable(
        "JUNCTURE_EVENTS_RETENTION",
        "`30`",
        "30",
        "How many days events are kept, 1 to 365. See [EVENTS.md](EVENTS.md).",
    ),
    variable(
        "REDIS_URL",
        "none: each process caches in its own memory",
        "redis://:password@127.0.0.1:6379/0",
        "The Redis in which replicas share a cache: `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS, or `redis+unix:///path/of/the/socket` (there `?db=`, `?user=` and `?pass=`). See [CACHE.md](CACHE.md).",
    ),
    variable(
        "REDIS_CA_FILE",
        "the authorities that the system trusts",
        "/etc/juncture/redis-ca.pem",
        "The PEM file of the certificate authority that signed the certificate of a `rediss://` server of your own.",
    ),
    variable(
        "UPSTASH_REDIS_REST_URL",
        "none",
        "https://example-cat-12345.upstash.io",
        "The REST URL of a database at Upstash, in which replicas share a cache. With its token it wins over `REDIS_URL`.",
    ),
    variable(
        "UPSTASH_REDIS_REST_TOKEN",
        "none",
        "AYexampleASQgtokenOfTheDatabase",
        "The token of that database; not its read-only token.",
    ),
    variable(
        "JUNCTURE_EVENTS_REDIS_STREAM",
        "none: events are in the feed and at endpoints alone",
        "juncture:events",
        "With what the names of Redis Streams begin into which events are copied, in the Redis of `REDIS_URL`: with `juncture:events` they are `juncture:events:default` and, for other projects, `juncture:events:` and the project's id. See [EVENTS.md](EVENTS.md).",
    ),
    variable(
        "JUNCTURE_EVENTS_REDIS_STREAM_LENGTH",
        "`100000`",
        "1000000",
        "About how many of the newest entries each of these streams keeps (`MAXLEN ~`); `0` is all of them.",
    ),
    variable(
        "ATLASSIAN_AUTH_URL",
        "`https://auth.atlassian.com`",
        "http://127.0.0.1:9000",
        "The host of Atlassian's sign-in, for the sandbox and for tests.",
    ),
    variable(
        "ATLASSIAN_API_URL",
        "`https://api.atlassian.com`",
        "http://127.0.0.1:9000",
        "The host of Atlassian's API, for the sandbox and for tests.",
    ),
    variable(
        "LOG_FORMAT",
        "`text`",
        "json",
        "`text` for people, `json` for machines; log lines go to standard error.",
    ),
    variable(
        "RUST_LOG",
        "`info,sqlx=warn`",
        "info,juncture=debug",
        "Which events to log, as directives of `tracing-subscriber`.",
    ),
    variable(
        "CLOUD_MODE",
        "`false`",
        "false",
        "`true`: many projects, each with its own keys, OAuth apps and connections; calls of browsers name theirs by `x-juncture-public-key`, calls of back ends by their secret key. `false`: one project, `default`, of these variables.",
    ),
];

/// `docs/CONFIG.md`, made from the table.
#[must_use]
pub fn to_markdown() -> String {
    let mut page = String::from(
        "# Configuration\n\n\
         Juncture reads environment variables, and a `.env` file in the folder it is started in. A variable of the\n\
         process wins over the file; an empty one counts as unset. A start with wrong or missing values prints every\n\
         problem at once and exits with code 1; `juncture check-config` does only that. What can be used and is likely\n\
         to be a mistake is warned about: a name that begins like ours or is a letter off, secrets over `http://` to\n\
         another machine, an origin that CORS keeps out.\n\n\
         In the file a `$` is a `$`: nothing is expanded. Values with spaces or `#` need quotes; single quotes take all as\n\
         it stands, double quotes and none read `\\\\`, `\\\"`, `\\$` and `\\n`. `--env-file FILE` names another file, which must be\n\
         there.\n\n\
         This page is made by `juncture config-reference`; a test keeps it in step with the code.\n\n\
         | variable | default | meaning |\n| --- | --- | --- |\n",
    );
    for Variable {
        name,
        default,
        meaning,
        ..
    } in VARIABLES
    {
        writeln!(page, "| `{name}` | {default} | {meaning} |")
            .expect("writing to a string does not fail");
    }
    let scopes = juncture_jira::oauth::DEFAULT_SCOPES.join(" ");
    write!(
        page,
        "\nThe default of `DEFAULT_JIRA_SCOPES` is\n\n```\n{scopes}\n```\n"
    )
    .expect("writing to a string does not fail");
    page
}
