/** What a client and a call can be told. */

import { LONGEST_TIMEOUT } from "./deadline.js";
import { JunctureError } from "./errors.js";

/** What is needed of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How calls are made, unless a call says otherwise. */
export interface Behaviour {
  /** How long a call may take, with all its tries, in milliseconds. Default: 180,000, as Juncture reads a list for up to 170 s. */
  timeoutMs?: number | undefined;
  /** How often a call is tried again where that can do no harm. Default: 2. */
  maxRetries?: number | undefined;
}

/** Where Juncture is. */
export interface Server extends Behaviour {
  /** Juncture's address, with its path if it has one: `https://juncture.example.com`. */
  baseUrl: string | URL;
  /** What makes the requests. Default: the runtime's own. */
  fetch?: Fetch | undefined;
  /** The first pause before a retry, in milliseconds; it doubles each time. Default: 250. */
  retryDelayMs?: number | undefined;
}

/** Where Juncture is, and what it knows your back end by. */
export interface JunctureOptions extends Server {
  /** `JUNCTURE_SECRET_KEY`. Browsers must never see it. */
  secretKey: string | undefined;
}

/** What a single call can be told. */
export interface CallOptions extends Behaviour {
  /** Ends the call; it rejects with the signal's reason, as `fetch` does. */
  signal?: AbortSignal | undefined;
}

/** What a call that makes something can be told. */
export interface CreateOptions extends CallOptions {
  /**
   * The same key and parameters within 24 hours make the thing once, whatever became of the first answer. By default
   * each call has a new one, which its retries keep.
   */
  idempotencyKey?: string | undefined;
}

/** Options that have been checked. @internal */
export interface Checked {
  /** Without a slash at its end. */
  baseUrl: string;
  fetch: Fetch;
  timeoutMs: number;
  maxRetries: number;
  retryDelayMs: number;
}

/** What cannot be sent is refused here, in words that do not repeat it: it may be a secret. @internal */
export function refuse(message: string): never {
  throw new JunctureError({ code: "invalid_options", message });
}

/** Checks where Juncture is. @internal */
export function checkServer(options: Server): Checked {
  const { timeoutMs, maxRetries } = checkBehaviour(options, { timeoutMs: 180_000, maxRetries: 2 });
  const { retryDelayMs = 250 } = options;
  if (!(retryDelayMs >= 0 && retryDelayMs <= LONGEST_TIMEOUT)) refuse("retryDelayMs must be milliseconds");
  return {
    baseUrl: checkBaseUrl(options.baseUrl),
    // Workers insist on a `fetch` that is nobody's method.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    timeoutMs,
    maxRetries,
    retryDelayMs,
  };
}

function checkBaseUrl(value: string | URL): string {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    refuse("baseUrl must be an http or https URL");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") refuse("baseUrl must be an http or https URL");
  if (url.username !== "" || url.password !== "") refuse("baseUrl must have no user name and no password");
  if (url.search !== "" || url.hash !== "") refuse("baseUrl must have no query and no fragment");
  return url.href.replace(/\/+$/, "");
}

/** How a call is made: as it says, or as the client does. @internal */
export function checkBehaviour(
  wanted: Behaviour,
  defaults: { timeoutMs: number; maxRetries: number },
): { timeoutMs: number; maxRetries: number } {
  const { timeoutMs = defaults.timeoutMs, maxRetries = defaults.maxRetries } = wanted;
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT)) refuse("timeoutMs must be milliseconds, more than none");
  if (!(Number.isInteger(maxRetries) && maxRetries >= 0)) refuse("maxRetries must be a whole number");
  return { timeoutMs, maxRetries };
}

/** The secret key, as it can stand in a header. @internal */
export function checkSecretKey(value: string | undefined): string {
  if (value === undefined || value === "") refuse("secretKey is missing: it is the server's JUNCTURE_SECRET_KEY");
  if (!/^[\x21-\x7e]+$/.test(value)) refuse("secretKey must be visible ASCII characters");
  return value;
}

/** A key of the caller's, as the server takes it. @internal */
export function checkIdempotencyKey(value: string): string {
  if (!/^[\x21-\x7e]{1,255}$/.test(value)) refuse("idempotencyKey must be 1 to 255 visible ASCII characters");
  return value;
}
