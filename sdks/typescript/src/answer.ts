/** From a response to an answer, or to what it says went wrong. */

import type { ErrorFacts } from "./errors.js";
import type { Failure } from "./failures.js";

/** What a success is made of. */
export type Expected = "json" | "text" | "location";

export type Read = { answer: unknown } | { failure: Failure; needsReauthorization: boolean };

/** Reads a response whose body is `text`. */
export function read(response: Response, text: string, expected: Expected): Read {
  const { status } = response;
  const location = response.headers.get("location");
  if (expected === "location" && status >= 300 && status < 400 && location !== null) return { answer: { location } };
  if (response.ok && expected === "text") return { answer: text };
  const body = parse(text);
  if (response.ok && expected === "json" && body !== undefined) return { answer: body };
  if (!response.ok && body !== undefined && typeof body["error"] === "string" && typeof body["code"] === "string") {
    return refusal(response, body as unknown as Refusal);
  }
  return { failure: foreign(response, text), needsReauthorization: false };
}

interface Refusal {
  error: string;
  code: string;
  needs_reauthorization?: boolean;
  details?: unknown;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Juncture says what went wrong. */
function refusal(response: Response, { error, code, needs_reauthorization, details, ...more }: Refusal): Read {
  const { status } = response;
  const rest = Object.keys(more).length > 0 ? more : undefined;
  const facts = {
    ...factsOf(response),
    message: `${error} (${status} ${code})`,
    code,
    details: details ?? rest,
  };
  // Something of Juncture's broke down, before or after the change.
  const perhapsDone = code === "outcome_unknown" || code === "internal_error";
  const failure: Failure = { facts, again: "never", perhapsDone };
  if (code === "idempotency_key_in_use") failure.again = "wait";
  // Whoever says when to come again has done nothing.
  else if (status === 429 && facts.retryAfter !== undefined) failure.again = "always";
  else if (status === 503 && facts.retryAfter !== undefined) failure.again = "harmless";
  return { failure, needsReauthorization: needs_reauthorization === true };
}

/** Something between here and Juncture has answered, or the answer was cut. */
function foreign(response: Response, text: string): Failure {
  const { status } = response;
  const type = response.headers.get("content-type") ?? "no content type";
  const isCut = response.ok && type.includes("json");
  const what = isCut ? "Juncture's answer was cut" : "What answered is not Juncture: check baseUrl, and proxies on the way";
  const facts = {
    ...factsOf(response),
    message: `${what} (${status}, ${type}, ${text.length} characters)`,
    code: "invalid_answer",
  };
  if (status === 429 && facts.retryAfter !== undefined) return { facts, again: "always", perhapsDone: false };
  const isGateway = status === 502 || status === 503 || status === 504;
  // What a proxy answers with 4xx, or leads elsewhere, it has not passed on.
  return { facts, again: isCut || isGateway ? "harmless" : "never", perhapsDone: response.ok || status >= 500 };
}

/** What the headers of an answer tell. */
export function factsOf({ status, headers }: Response): Pick<ErrorFacts, "status" | "requestId" | "retryAfter"> {
  return {
    status,
    requestId: headers.get("x-request-id") ?? undefined,
    retryAfter: secondsUntil(headers.get("retry-after")),
  };
}

/** `Retry-After` in seconds, given so or as a date (RFC 9110 §10.2.3). */
function secondsUntil(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
