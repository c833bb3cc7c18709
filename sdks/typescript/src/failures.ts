/** What an attempt that failed has shown: the error, and whether it may be tried again. */

import { type ErrorFacts, JunctureError, MissingScope, NeedsReauthorization, OutcomeUnknown, RateLimited } from "./errors.js";

/** When a call may be tried again without harm. */
export type Again =
  /** Nothing was done, whatever was asked for. */
  | "always"
  /** It may have been done: only what changes nothing, or is done once for its key. */
  | "harmless"
  /** The first call with this key is under way: its answer is the answer to both. */
  | "wait"
  | "never";

export interface Failure {
  facts: ErrorFacts;
  again: Again;
  /** Whether what was asked for may have been done. */
  perhapsDone: boolean;
}

/** The server says this before it looks at an idempotency key: of an earlier attempt it says nothing. */
const BEFORE_THE_KEY = new Set([
  "connection_not_found",
  "idempotency_key_in_use",
  "internal_error",
  "invalid_answer",
  "invalid_secret_key",
  "missing_key_scope",
  "network_error",
  "request_timeout",
  "sealed_value_unreadable",
  "store_unavailable",
  "stored_value_unreadable",
  "timeout",
  "too_many_requests",
]);

/** Whether an answer tells what became of earlier attempts with the same key. */
export const tellsOfEarlierOnes = (failure: Failure): boolean => !BEFORE_THE_KEY.has(failure.facts.code);

/** The error of a failure that is not tried again. */
export function errorOf(facts: ErrorFacts, isUnknown: boolean, needsReauthorization = false): JunctureError {
  if (facts.code === "outcome_unknown") return new OutcomeUnknown(facts);
  if (isUnknown) return new OutcomeUnknown({ ...facts, message: `${facts.message}; nobody knows whether it was carried out` });
  if (needsReauthorization) return new NeedsReauthorization(facts);
  if (facts.code === "missing_scope") return new MissingScope(facts);
  if (facts.status === 429) return new RateLimited(facts);
  return new JunctureError(facts);
}

/** What runtimes say where no connection was made, so that nothing can have been sent. */
const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;

/** Whether nothing was sent, as far as the runtime tells. */
function isUnsent(cause: unknown, depth = 0): boolean {
  if (typeof cause !== "object" || cause === null || depth > 3) return false;
  const { code, cause: inner, errors, message } = cause as Record<string, unknown>;
  if (typeof code === "string" && UNSENT.test(code)) return true;
  // Deno tells it in words alone.
  if (typeof message === "string" && /client error \(Connect\)/.test(message)) return true;
  // A host with several addresses, none of which answers.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((one) => isUnsent(one, depth + 1));
  return isUnsent(inner, depth + 1);
}

/** No answer came, or not the whole of it. `url` may hold what nobody is to see. */
export function ofNetwork(cause: unknown, url: string): Failure {
  const unsent = isUnsent(cause);
  const message = unsent ? "Juncture cannot be reached" : "Juncture's answer was lost";
  return {
    facts: { code: "network_error", message, cause: withoutQuery(cause, url) },
    again: unsent ? "always" : "harmless",
    perhapsDone: !unsent,
  };
}

/** Some runtimes name the whole address in their errors, with codes and states in its query. */
function withoutQuery(cause: unknown, url: string): unknown {
  const at = url.indexOf("?");
  if (at < 0 || !String((cause as Error | undefined)?.message ?? cause).includes(url.slice(at))) return cause;
  return new TypeError(String((cause as Error).message).replaceAll(url.slice(at), ""));
}

/** The call took longer than it may. */
export function ofTimeout(timeoutMs: number): Failure {
  const message = `Juncture did not answer within ${timeoutMs} ms`;
  return { facts: { code: "timeout", message }, again: "never", perhapsDone: true };
}
