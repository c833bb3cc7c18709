/** Webhooks, held against the specification's own example and its authors' library. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { JunctureError } from "@juncture/sdk";
import { type WebhookEvent, WebhookNotVerified, verifyWebhook } from "@juncture/sdk/webhooks";
import { Webhook } from "standardwebhooks";

/** The example of the specification's libraries. */
const EXAMPLE = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  sent: 1614265330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

/** What it brings: its body, and the id that was signed with it. */
const RESULT = { id: EXAMPLE.id, test: 2432232314 };

/** The other example, of the libraries' own tests. */
const OTHER = {
  secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
  id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
  sent: 1649367553,
  body: '{"email":"test@example.com","username":"test_user"}',
  signature: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
};

const headersOf = (id: string, sent: number, signature: string) => ({
  "webhook-id": id,
  "webhook-timestamp": String(sent),
  "webhook-signature": signature,
});
const exampleHeaders = headersOf(EXAMPLE.id, EXAMPLE.sent, EXAMPLE.signature);
const at = (seconds: number) => ({ now: new Date(seconds * 1000) });
const isRefused = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof WebhookNotVerified && error instanceof JunctureError);
  assert.equal(error.code, "invalid_webhook");
  assert.match((error.details as { reason: string }).reason, reason);
  return true;
};

test("the example of the specification holds, however its body and headers come", async () => {
  const { body, secret, sent } = EXAMPLE;
  const bytes = new TextEncoder().encode(body);
  const bodies = [body, bytes, bytes.buffer, Buffer.from(`..${body}`).subarray(2)] as const;
  const named = Object.fromEntries(Object.entries(exampleHeaders).map(([name, value]) => [name.toUpperCase(), [value]]));
  for (const one of bodies) {
    for (const headers of [exampleHeaders, new Headers(exampleHeaders), named]) {
      assert.deepEqual(await verifyWebhook(one, headers, secret, at(sent)), RESULT);
    }
  }
});

test("what the specification's library signs holds here, and what it refuses is refused here", async () => {
  const now = Math.floor(Date.now() / 1000);
  for (let round = 0; round < 50; round += 1) {
    const secret = `whsec_${randomBytes(24 + (round % 40)).toString("base64")}`;
    const body = JSON.stringify({ round, text: "ä€😀".repeat(round) });
    const id = `msg_${randomBytes(8).toString("hex")}`;
    const signature = new Webhook(secret).sign(id, new Date(now * 1000), body);
    const headers = headersOf(id, now, signature);
    assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
    assert.deepEqual(await verifyWebhook(body, headers, secret), { ...JSON.parse(body), id });
    for (const [otherBody, otherHeaders] of [
      [`${body} `, headers],
      [body, { ...headers, "webhook-id": `${id}0` }],
      [body, { ...headers, "webhook-timestamp": String(now - 1) }],
      [body, { ...headers, "webhook-signature": signature.replace("v1,", "v2,") }],
      [body, { ...headers, "webhook-signature": signature.slice(0, -5) }],
    ] as const) {
      assert.throws(() => new Webhook(secret).verify(otherBody, otherHeaders));
      await assert.rejects(verifyWebhook(otherBody, otherHeaders, secret), isRefused(/no signature is right/));
    }
  }
});

test("an event comes with the id that was signed, whatever its body says", async () => {
  const { secret, id, sent } = EXAMPLE;
  const event = { type: "connection.created", timestamp: "2026-11-02T10:00:00Z", data: { external_id: "customer-1" } };
  const body = JSON.stringify({ id: "another", ...event });
  const headers = headersOf(id, sent, new Webhook(secret).sign(id, new Date(sent * 1000), body));
  const given: WebhookEvent = await verifyWebhook(body, headers, secret, at(sent));
  const customer: string | undefined = given.data.external_id;
  assert.deepEqual([given, customer], [{ ...event, id }, "customer-1"]);
  const other = await verifyWebhook(OTHER.body, headersOf(OTHER.id, OTHER.sent, OTHER.signature), OTHER.secret, at(OTHER.sent));
  assert.equal(other.id, OTHER.id);
});

test("one of several signatures is enough, and one of two secrets during a rotation", async () => {
  const { body, id, sent, secret, signature } = EXAMPLE;
  const others = `v1a,${"A".repeat(86)}== v1,${Buffer.alloc(32).toString("base64")} v1,no!base64 v1,`;
  const headers = headersOf(id, sent, `${others} ${signature}`);
  const other = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  for (const secrets of [secret, [secret, other], [other, secret], secret.replace("whsec_", "")]) {
    assert.deepEqual(await verifyWebhook(body, headers, secrets, at(sent)), RESULT);
  }
  await assert.rejects(verifyWebhook(body, headers, other, at(sent)), isRefused(/no signature is right/));
});

test("five minutes either way, and no more", async () => {
  const { body, secret, sent } = EXAMPLE;
  for (const seconds of [sent - 300, sent + 300]) assert.ok(await verifyWebhook(body, exampleHeaders, secret, at(seconds)));
  await assert.rejects(verifyWebhook(body, exampleHeaders, secret, at(sent + 301)), isRefused(/too old/));
  await assert.rejects(verifyWebhook(body, exampleHeaders, secret, at(sent - 301)), isRefused(/from the future/));
  await assert.rejects(verifyWebhook(body, exampleHeaders, secret), isRefused(/too old/));
  assert.ok(await verifyWebhook(body, exampleHeaders, secret, { ...at(sent + 900), toleranceSeconds: 1000 }));
});

test("what is missing or no time is told", async () => {
  const { body, secret, sent } = EXAMPLE;
  for (const name of Object.keys(exampleHeaders)) {
    for (const value of [undefined, "", []]) {
      await assert.rejects(verifyWebhook(body, { ...exampleHeaders, [name]: value }, secret, at(sent)), isRefused(new RegExp(`${name} is missing`)));
    }
  }
  for (const time of ["soon", "1e9", "-5", "1614265330.5", "NaN", "9".repeat(20)]) {
    await assert.rejects(verifyWebhook(body, { ...exampleHeaders, "webhook-timestamp": time }, secret, at(sent)), isRefused(/no time/));
  }
});

test("a secret that is none is the caller's mistake, and opens to nobody", async () => {
  const { body, sent } = EXAMPLE;
  const ofLength = (length: number) => `whsec_${Buffer.alloc(length, 7).toString("base64")}`;
  for (const secret of [undefined, "", "whsec_", "whsec_???", [], ["whsec_"], ofLength(23), ofLength(65), [EXAMPLE.secret, ofLength(8)]]) {
    await assert.rejects(verifyWebhook(body, exampleHeaders, secret, at(sent)), { code: "invalid_options" });
  }
});

test("a body that is signed and no event is told", async () => {
  const { secret, id, sent } = EXAMPLE;
  for (const body of ["no JSON", "", "null", "7", "[]", '"text"']) {
    const signature = new Webhook(secret).sign(id, new Date(sent * 1000), body);
    await assert.rejects(verifyWebhook(body, headersOf(id, sent, signature), secret, at(sent)), isRefused(/no JSON object/));
  }
});
