/** What a browser does: it begins to connect, and comes back. No secret key is needed here, and none may be. */

import { Connect } from "./flow.js";
import type { Takes } from "../call.js";
import { type CallOptions, type Server, checkServer, refuse } from "../options.js";
import { transportTo } from "../transport.js";

export { Connect };
export { JunctureError, NeedsReauthorization, MissingScope, OutcomeUnknown, RateLimited } from "../errors.js";
export type { ErrorCode } from "../errors.js";

/** The flow's calls, as a browser may make them (`CORS_ALLOWED_ORIGINS` must name its origin). */
export function connectTo(server: Server): Connect {
  return new Connect(transportTo(checkServer(server)));
}

/** How a browser begins. */
export type Start = (
  | ({ /** Juncture's address, if the browser itself begins the flow. */ baseUrl: string | URL } & Takes<"POST /api/frontend/oauth/initiate-oauth-flow">)
  | { /** The consent page, as your back end got it from `connect.start`. */ authorization_uri: string | URL }
) & {
  /** Goes there. Default: this window does. */
  navigate?: ((url: string) => void) | undefined;
};

/** Sends the customer to the consent page. */
export async function startConnecting(start: Start, options?: CallOptions): Promise<void> {
  const { navigate = (url: string) => globalThis.location.assign(url) } = start;
  let page: string | URL;
  if ("authorization_uri" in start) {
    page = start.authorization_uri;
  } else {
    const { baseUrl, navigate: _, ...subject } = start;
    ({ authorization_uri: page } = await connectTo({ baseUrl }).start(subject, options));
  }
  const { protocol, href } = new URL(page);
  // Nothing that a browser would run in place of opening.
  if (protocol !== "https:" && protocol !== "http:") refuse("authorization_uri must be an http or https URL");
  navigate(href);
}

/** What the address says to which the customer has come back. */
export interface ConnectResult {
  status: "success" | "denied" | "error";
  provider?: string;
  external_id?: string;
  /** Why there is no connection, in a word. */
  error?: string;
}

/**
 * Reads the result from the address to which the customer has come back, this window's by default; undefined if it
 * says nothing. Anybody can write an address: ask `connections.checkValidity` from your back end before you believe it.
 */
export function readConnectResult(address: string | URL = globalThis.location.href): ConnectResult | undefined {
  const query = new URL(address).searchParams;
  const status = query.get("status");
  if (status !== "success" && status !== "denied" && status !== "error") return undefined;
  const result: ConnectResult = { status };
  for (const name of ["provider", "external_id", "error"] as const) {
    const value = query.get(name);
    if (value !== null) result[name] = value;
  }
  return result;
}
