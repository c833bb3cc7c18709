/** Webhooks by the Standard Webhooks specification: <https://github.com/standard-webhooks/standard-webhooks>. */

import { webcrypto } from "#crypto";
import { JunctureError } from "./errors.js";
import type { Event } from "./generated/types.gen.js";

/** What is needed besides the body, the headers and the secret. */
export interface WebhookOptions {
  /** How far the sender's clock may be from ours, either way, in seconds. Default: 300. */
  toleranceSeconds?: number | undefined;
  /** The time. Default: now. */
  now?: Date | undefined;
}

/** An event, as a webhook brings it. Its id is the same however often it comes: by it you know what you have had. */
export type WebhookEvent = Omit<Event, "cursor">;

/** Nobody who has the secret has sent this now. `details.reason` says what does not hold. */
export class WebhookNotVerified extends JunctureError {
  override readonly name: string = "WebhookNotVerified";

  /** @internal */
  constructor(reason: string) {
    super({ code: "invalid_webhook", message: `The webhook is not verified: ${reason}`, details: { reason } });
  }
}

type Headers_ = Headers | Record<string, string | string[] | undefined>;

/**
 * Verifies a webhook, and gives the event in it. Give the body as it came, byte by byte: what was parsed and written
 * again has another signature. During a rotation give both secrets.
 *
 * ```ts
 * const event = await verifyWebhook(await request.text(), request.headers, process.env.WEBHOOK_SECRET);
 * ```
 */
export async function verifyWebhook(
  body: string | Uint8Array | ArrayBuffer,
  headers: Headers_,
  secrets: string | readonly string[] | undefined,
  { toleranceSeconds = 300, now = new Date() }: WebhookOptions = {},
): Promise<WebhookEvent> {
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  const sent = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const age = now.getTime() / 1000 - sent;
  if (Number.isNaN(age)) throw new WebhookNotVerified("webhook-timestamp is no time");
  if (age > toleranceSeconds) throw new WebhookNotVerified("it is too old");
  if (age < -toleranceSeconds) throw new WebhookNotVerified("it is from the future");
  const { subtle } = webcrypto;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const given = signatures.split(" ").filter((one) => one.startsWith("v1,"));
  for (const secret of keysOf(secrets)) {
    const key = await subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    for (const one of given) {
      const signature = bytesOf(one.slice(3));
      // In the same time, however much of it is right.
      if (signature && (await subtle.verify("HMAC", key, signature, signed))) return { ...parsed(bytes), id } as WebhookEvent;
    }
  }
  throw new WebhookNotVerified("no signature is right");
}

function headerOf(headers: Headers_, name: string): string {
  const value =
    typeof headers.get === "function"
      ? (headers as Headers).get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const one = Array.isArray(value) ? value.join(" ") : value;
  if (typeof one !== "string" || one === "") throw new WebhookNotVerified(`${name} is missing`);
  return one;
}

function keysOf(secrets: string | readonly string[] | undefined): Uint8Array<ArrayBuffer>[] {
  const keys = [secrets ?? []].flat().map((secret) => bytesOf(secret.replace(/^whsec_/, "")));
  // An empty key would be everybody's, and a short one is a cut one.
  if (keys.length === 0 || !keys.every((key) => key !== undefined && key.length >= 24 && key.length <= 64)) {
    const message = "A webhook secret must be whsec_ and the base64 of 24 to 64 bytes";
    throw new JunctureError({ code: "invalid_options", message });
  }
  return keys as Uint8Array<ArrayBuffer>[];
}

/** The bytes of base64; undefined if it is none. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

function parsed(bytes: Uint8Array): object {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Told below.
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new WebhookNotVerified("the body is no JSON object");
  return body;
}
