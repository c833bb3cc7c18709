/** What can go wrong, each kind a class. */

import type { ServerErrorCode } from "./generated/codes.js";

/**
 * A stable slug for programs: the server's, or this package's own. `network_error`: no answer came, or a part of it.
 * `timeout`: it took longer than `timeoutMs`. `invalid_answer`: what answered was not Juncture, or the answer was cut.
 * `invalid_options`: what was given cannot be sent. `invalid_webhook`: its signature does not hold.
 */
export type ErrorCode =
  | ServerErrorCode
  | "network_error"
  | "timeout"
  | "invalid_answer"
  | "invalid_options"
  | "invalid_webhook"
  // A newer server has others.
  | (string & {});

/** What is known of a failure. */
export interface ErrorFacts {
  message: string;
  code: ErrorCode;
  status?: number | undefined;
  details?: unknown;
  requestId?: string | undefined;
  retryAfter?: number | undefined;
  idempotencyKey?: string | undefined;
  cause?: unknown;
}

/** Any failure of a call. No secret stands in it. */
export class JunctureError extends Error {
  override readonly name: string = "JunctureError";
  /** What went wrong: branch on it. */
  readonly code: ErrorCode;
  /** The HTTP status, if there was an answer. */
  declare readonly status?: number;
  /** What the endpoint documents: which field and why, which scopes are missing, what there is instead. */
  declare readonly details?: unknown;
  /** The request's id, which stands on its line in Juncture's log. */
  declare readonly requestId?: string;
  /** After how many seconds it may be tried again, if the server told. */
  declare readonly retryAfter?: number;
  /** The key of a creation. The same call with this key goes on where this one stopped. */
  declare readonly idempotencyKey?: string;

  constructor({ message, code, cause, ...rest }: ErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    const known = Object.entries(rest).filter(([, value]) => value !== undefined);
    Object.assign(this, Object.fromEntries(known));
  }
}

/** Only the customer can help, by connecting again. */
export class NeedsReauthorization extends JunctureError {
  override readonly name: string = "NeedsReauthorization";
}

/** The customer's grant lacks scopes that the call needs. */
export class MissingScope extends JunctureError {
  override readonly name: string = "MissingScope";

  /** The scopes that it lacks; all that the call needs where that is not known. */
  get scopes(): string[] {
    const { scopes } = (this.details ?? {}) as { scopes?: unknown };
    return Array.isArray(scopes) ? scopes.map(String) : [];
  }
}

/** Too many requests, at Jira or at Juncture. Nothing was done; `retryAfter` says when to come again. */
export class RateLimited extends JunctureError {
  override readonly name: string = "RateLimited";
}

/**
 * A change was asked for, and nobody knows whether it was made. Look before you try again; a creation may be tried
 * again with its `idempotencyKey`.
 */
export class OutcomeUnknown extends JunctureError {
  override readonly name: string = "OutcomeUnknown";
}
