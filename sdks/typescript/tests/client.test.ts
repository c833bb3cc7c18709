/** What the client does with answers that no test can get from a real server at will. */

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { type Fetch, Juncture, JunctureError, OutcomeUnknown, RateLimited } from "@juncture/sdk";

const baseUrl = "https://juncture.example/prefix/";
const secretKey = "a-key-that-nobody-may-see";
const TICKET = { issue_type_id: "1", summary: "x" };

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const refusal = (status: number, code: string, headers?: Record<string, string>) =>
  json(status, { error: "A sentence", code }, headers);

/** A client whose requests are answered one after the other; the last answer is given for ever. */
function answered(...answers: (() => Response | Promise<Response>)[]) {
  const seen: Request[] = [];
  const fetch: Fetch = async (url, init) => {
    seen.push(new Request(url, init));
    return answers[Math.min(seen.length, answers.length) - 1]!();
  };
  const juncture = new Juncture({ baseUrl, secretKey, fetch, retryDelayMs: 0 });
  return { seen, juncture, jira: juncture.jira("customer-1") };
}

const lost = () => Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) }));
const refused = () => Promise.reject(new TypeError("fetch failed", { cause: { errors: [{ code: "ECONNREFUSED" }, { code: "ECONNREFUSED" }] } }));
const ok = () => json(200, { projects: [] });
const created = () => json(201, { ticket: { key: "A-1" } });

test("a 429 with Retry-After is obeyed, for a change too: nothing was done", async () => {
  const { seen, jira } = answered(() => refusal(429, "upstream_rate_limited", { "retry-after": "0" }), () => json(200, { success: true }));
  await jira.issues.delete("A-1");
  assert.equal(seen.length, 2);
});

test("a 429 without Retry-After, or with a long one, is the caller's", async () => {
  const inTenMinutes = new Date(Date.now() + 600_000).toUTCString();
  for (const [value, seconds] of [[undefined, undefined], ["31", 31], ["600", 600], [inTenMinutes, 600]] as const) {
    const { seen, jira } = answered(() => refusal(429, "upstream_rate_limited", value === undefined ? {} : { "retry-after": value }));
    const error = await jira.projects.list().catch((error: unknown) => error);
    assert.ok(error instanceof RateLimited);
    assert.equal(seen.length, 1);
    if (seconds === undefined) assert.equal(error.retryAfter, undefined);
    else assert.ok(error.retryAfter! > seconds - 10 && error.retryAfter! <= seconds, `${error.retryAfter}`);
  }
});

test("a refused connection is tried again, whatever was asked for, and not for ever", async () => {
  const { seen, jira } = answered(refused, () => json(200, { success: true }));
  await jira.issues.delete("A-1");
  assert.equal(seen.length, 2);
  const closed = answered(refused);
  const error = await closed.jira.issues.delete("A-1").catch((error: unknown) => error);
  assert.ok(error instanceof JunctureError && !(error instanceof OutcomeUnknown));
  assert.deepEqual([error.code, closed.seen.length], ["network_error", 3]);
});

test("a lost answer is asked for again where that changes nothing", async () => {
  const read = answered(lost, ok);
  await read.jira.projects.list();
  assert.equal(read.seen.length, 2);
  const search = answered(lost, () => json(200, { issues: [] }));
  await search.jira.issues.search({ jql: "project = A" });
  assert.equal(search.seen.length, 2);
});

test("of a change whose answer is lost nobody knows", async () => {
  const changes: ((jira: ReturnType<typeof answered>["jira"]) => Promise<unknown>)[] = [
    (jira) => jira.issues.edit("A-1", { summary: "y" }),
    (jira) => jira.issues.delete("A-1"),
    (jira) => jira.issues.transition("A-1", { to_category: "done" }),
    (jira) => jira.comments.edit("A-1", "7", { body: "y" }),
    (jira) => jira.comments.delete("A-1", "7"),
    (jira) => jira.projects.select("A"),
  ];
  for (const change of changes) {
    const { seen, jira } = answered(lost);
    await assert.rejects(change(jira), OutcomeUnknown);
    assert.equal(seen.length, 1);
  }
});

test("a key that is in use is waited for, and its answer taken", async () => {
  const inUse = () => refusal(409, "idempotency_key_in_use");
  const { seen, jira } = answered(lost, inUse, inUse, inUse, created);
  assert.equal((await jira.tickets.create(TICKET)).ticket.key, "A-1");
  assert.equal(new Set(seen.map((request) => request.headers.get("idempotency-key"))).size, 1);
  assert.equal(seen.length, 5);
});

test("what is said before the key is looked at tells nothing of an earlier try", async () => {
  const doubtful = answered(lost, () => refusal(500, "store_unavailable"));
  const error = await doubtful.jira.tickets.create(TICKET).catch((error: unknown) => error);
  assert.ok(error instanceof OutcomeUnknown, inspect(error));
  assert.equal(error.code, "store_unavailable");
  const certain = answered(lost, () => refusal(400, "invalid_fields"));
  const other = await certain.jira.tickets.create(TICKET).catch((error: unknown) => error);
  assert.ok(other instanceof JunctureError && !(other instanceof OutcomeUnknown), inspect(other));
  assert.equal(other.code, "invalid_fields");
});

test("what broke down in Juncture may have been done before, if it was a change", async () => {
  const { seen, jira } = answered(() => refusal(500, "internal_error"));
  await assert.rejects(jira.issues.edit("A-1", { summary: "y" }), (error) => error instanceof OutcomeUnknown && error.code === "internal_error");
  await assert.rejects(jira.tickets.create(TICKET), OutcomeUnknown);
  await assert.rejects(jira.projects.list(), (error) => error instanceof JunctureError && !(error instanceof OutcomeUnknown));
  assert.equal(seen.length, 3);
});

test("outcome_unknown is never tried again", async () => {
  const { seen, jira } = answered(() => refusal(409, "outcome_unknown"));
  await assert.rejects(jira.tickets.create(TICKET), OutcomeUnknown);
  assert.equal(seen.length, 1);
});

test("the caller's abort rejects with their reason, before, during and between tries", async () => {
  const reason = new Error("changed my mind");
  const { seen, jira } = answered(ok);
  await assert.rejects(jira.projects.list({ signal: AbortSignal.abort(reason) }), (error) => error === reason);
  const during = new AbortController();
  const hanging: Fetch = (_, { signal }) =>
    new Promise((_, reject) => {
      signal!.addEventListener("abort", () => reject(signal!.reason));
      during.abort(reason);
    });
  const client = new Juncture({ baseUrl, secretKey, fetch: hanging }).jira("a");
  await assert.rejects(client.tickets.create(TICKET, { signal: during.signal }), (error) => error === reason);
  const between = new AbortController();
  const limited: Fetch = async () => {
    queueMicrotask(() => setImmediate(() => between.abort(reason)));
    return refusal(429, "upstream_rate_limited", { "retry-after": "20" });
  };
  const patient = new Juncture({ baseUrl, secretKey, fetch: limited }).jira("a");
  await assert.rejects(patient.projects.list({ signal: between.signal }), (error) => error === reason);
  assert.ok(seen.length <= 1);
});

test("a call that takes too long is a timeout, and of a change nobody knows", async () => {
  const hanging: Fetch = (_, { signal }) =>
    new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));
  const { projects, issues, tickets } = new Juncture({ baseUrl, secretKey, fetch: hanging, timeoutMs: 5 }).jira("a");
  await assert.rejects(projects.list(), (error) => error instanceof JunctureError && !(error instanceof OutcomeUnknown) && error.code === "timeout");
  await assert.rejects(issues.delete("A-1"), (error) => error instanceof OutcomeUnknown && error.code === "timeout");
  await assert.rejects(tickets.create(TICKET, { timeoutMs: 3 }), (error) => error instanceof OutcomeUnknown && error.idempotencyKey !== undefined);
});

test("a body that never ends is a timeout too", async () => {
  const fetch: Fetch = async (_, { signal }) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"projects":'));
          signal!.addEventListener("abort", () => controller.error(signal!.reason));
        },
      }),
    );
  const { projects } = new Juncture({ baseUrl, secretKey, fetch, timeoutMs: 5 }).jira("a");
  await assert.rejects(projects.list(), { code: "timeout" });
});

test("a redirect is not followed, and no answer", async () => {
  const { seen, jira } = answered(() => new Response(null, { status: 308, headers: { location: "https://elsewhere.example/" } }));
  await assert.rejects(jira.projects.list(), { code: "invalid_answer", status: 308 });
  assert.equal(seen[0]!.redirect, "manual");
});

test("requests have the wire's names, and leave out what is undefined", async () => {
  const { seen, jira } = answered(created);
  await jira.tickets.create({ ...TICKET, priority_id: undefined, parent: null });
  assert.equal(seen[0]!.url, "https://juncture.example/prefix/api/backend/jira/create-ticket");
  assert.deepEqual(await seen[0]!.json(), { ...TICKET, parent: null, external_id: "customer-1" });
  await jira.tickets.list({ jira_project_id: undefined, fields: ["Story, told", "duedate"] });
  assert.deepEqual(new URL(seen[1]!.url).searchParams.getAll("fields"), ["Story, told", "duedate"]);
  // A customer is whom `jira` has named, whatever else is passed along.
  await jira.tickets.create({ ...TICKET, ...{ external_id: "somebody-else" } });
  assert.equal(((await seen[2]!.json()) as { external_id: string }).external_id, "customer-1");
});

test("the secret key is in no picture of the client, nor in an error", async () => {
  const { juncture, jira } = answered(lost);
  const error = await jira.projects.list().catch((error: unknown) => error);
  for (const thing of [juncture, jira, jira.tickets, juncture.connections, error]) {
    for (const picture of [inspect(thing, { depth: 9, showHidden: true }), JSON.stringify(thing), String(thing)]) {
      assert.ok(!picture.includes(secretKey), picture);
    }
  }
});

test("an address with codes in it is not in an error, though the runtime names it", async () => {
  const fetch: Fetch = (url) => Promise.reject(new TypeError(`error sending request for url (${url})`));
  const juncture = new Juncture({ baseUrl, secretKey, fetch, maxRetries: 0 });
  const error = await juncture.connect.sites({ connection_code: "a-secret-code" }).catch((error: unknown) => error);
  assert.ok(error instanceof JunctureError);
  assert.match(inspect(error), /error sending request/);
  assert.ok(!inspect(error, { depth: 9 }).includes("a-secret-code"), inspect(error));
});

test("what cannot be sent is refused at once, without repeating it", () => {
  const make = (options: object) => () => new Juncture({ baseUrl, secretKey, ...options });
  const wrong: [object, RegExp][] = [
    [{ secretKey: undefined }, /secretKey is missing/],
    [{ secretKey: "" }, /secretKey is missing/],
    [{ secretKey: "a-secret\nkey" }, /secretKey must be visible ASCII/],
    [{ baseUrl: "juncture.example" }, /baseUrl must be an http or https URL/],
    [{ baseUrl: "ftp://juncture.example" }, /baseUrl must be an http or https URL/],
    [{ baseUrl: "https://me:a-secret@juncture.example" }, /baseUrl must have no user name/],
    [{ baseUrl: "https://juncture.example/?a-secret" }, /baseUrl must have no query/],
    [{ timeoutMs: 0 }, /timeoutMs/],
    [{ timeoutMs: Infinity }, /timeoutMs/],
    [{ maxRetries: 0.5 }, /maxRetries/],
    [{ retryDelayMs: -1 }, /retryDelayMs/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(make(options), (error) => {
      assert.ok(error instanceof JunctureError);
      assert.equal(error.code, "invalid_options");
      assert.match(error.message, message);
      assert.ok(!error.message.includes("a-secret"));
      return true;
    });
  }
});

test("a key of one's own that no header holds is refused", async () => {
  const { seen, jira } = answered(created);
  for (const idempotencyKey of ["", "two words", "ключ", "x".repeat(256)]) {
    await assert.rejects(jira.tickets.create(TICKET, { idempotencyKey }), { code: "invalid_options" });
  }
  assert.equal(seen.length, 0);
});

test("a server that is not ready says what is not", async () => {
  const { juncture } = answered(() => json(503, { error: "Not ready", code: "not_ready", checks: { store: "unavailable" } }));
  await assert.rejects(juncture.health.ready(), { code: "not_ready", status: 503, details: { checks: { store: "unavailable" } } });
});
