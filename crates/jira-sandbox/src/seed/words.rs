//! The vocabulary of projects and issues.

/// A kind of project: key, name, description, type, and the things its issues are about.
pub(super) struct Theme {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) kind: &'static str,
    pub(super) things: &'static [&'static str],
    pub(super) components: &'static [&'static str],
}

const CHECKOUT: &[&str] = &[
    "the card form",
    "guest checkout",
    "the order summary",
    "the coupon field",
    "3-D Secure",
    "saved addresses",
    "the VAT line",
    "the basket badge",
    "express payment",
    "the refund dialog",
];
const MOBILE: &[&str] = &[
    "push notifications",
    "the login screen",
    "offline mode",
    "the photo picker",
    "dark mode",
    "deep links",
    "the onboarding tour",
    "biometric unlock",
    "the share sheet",
    "background sync",
];
const OFFICE: &[&str] = &[
    "the quarterly report",
    "supplier contracts",
    "the travel policy",
    "laptop orders",
    "the audit folder",
    "visitor badges",
    "the pension letter",
    "office plants",
];
const PLATFORM: &[&str] = &[
    "the build cache",
    "staging certificates",
    "the job queue",
    "database failover",
    "log retention",
    "the deploy pipeline",
    "service discovery",
    "the rate limiter",
    "secret rotation",
    "nightly backups",
];

/// The themes in the order in which projects take them; [`super::projects`] gives each its quirks.
pub(super) const THEMES: [Theme; 9] = [
    Theme {
        key: "SHOP",
        name: "Webshop",
        description: "Everything between basket and receipt",
        kind: "software",
        things: CHECKOUT,
        components: &["Basket", "Payment", "Storefront"],
    },
    Theme {
        key: "MOB",
        name: "Mobile App",
        description: "The app, on both stores",
        kind: "software",
        things: MOBILE,
        components: &[],
    },
    Theme {
        key: "OPS",
        name: "Operations",
        description: "Paper, people and plants",
        kind: "business",
        things: OFFICE,
        components: &["Finance", "Facilities"],
    },
    Theme {
        key: "SEC",
        name: "Security Reviews",
        description: "Seen by few on purpose",
        kind: "software",
        things: PLATFORM,
        components: &["Access", "Audit"],
    },
    Theme {
        key: "PLAT",
        name: "Platform",
        description: "What the others run on",
        kind: "software",
        things: PLATFORM,
        components: &["Build", "Runtime"],
    },
    Theme {
        key: "LEGACY",
        name: "Old Storefront",
        description: "Read only since the move",
        kind: "software",
        things: CHECKOUT,
        components: &[],
    },
    Theme {
        key: "INT",
        name: "Integrations",
        description: "Its key is a reserved word of JQL",
        kind: "software",
        things: PLATFORM,
        components: &["Webhooks"],
    },
    Theme {
        key: "RND",
        name: "Research & \"Development\"",
        description: "A name that needs quoting",
        kind: "software",
        things: MOBILE,
        components: &[],
    },
    Theme {
        key: "HELP",
        name: "Help Desk",
        description: "Where customers ask, and agents talk behind their backs",
        kind: "service_desk",
        things: OFFICE,
        components: &["Accounts"],
    },
];

/// Sentences around a thing; `{}` is where it goes.
pub(super) const SUMMARIES: [&str; 16] = [
    "Fix a flicker in {}",
    "Speed up {} on slow networks",
    "Write the help page for {}",
    "Remove the old version of {}",
    "{} fails when the session expires",
    "Add tests around {}",
    "Measure how people use {}",
    "Translate {} into Korean (한국어)",
    "Make {} work with a screen reader",
    "Log why {} gives up",
    "Decide who owns {}",
    "Show an honest error when {} is down",
    "Ask legal about {}",
    "{}: follow up on the café feedback ☕",
    "Let support switch off {}",
    "Document \"{}\" & its limits <draft>",
];

/// Labels of a site.
pub(super) const LABELS: [&str; 8] = [
    "backend",
    "frontend",
    "customer-request",
    "quick-win",
    "regression",
    "needs-design",
    "한국어",
    "2026-goal",
];

/// Values of the custom field "Customer".
pub(super) const CUSTOMERS: [&str; 5] =
    ["Hooli", "Umbrella Ltd", "Vandelay", "Wonka & Sons", "Stark"];

/// Goals of sprints; a goal may be empty.
pub(super) const GOALS: [&str; 4] = [
    "Fewer clicks to pay",
    "",
    "Nothing red on Monday",
    "Ship the beta",
];
