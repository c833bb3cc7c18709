/** The raw proxy: any path of Jira's own API, without handling a token. */

import { factsOf } from "../answer.js";
import { errorOf, ofNetwork } from "../failures.js";
import { type Checked, refuse } from "../options.js";

/** Where Juncture says that the failure is its own. */
const CODE = "x-juncture-code";

/** What paths must not have: they would lead out of Jira's, as addresses are read. */
const LEADS_AWAY = /^(?!\/)|^\/\/|[\\\x00-\x1f\x7f]|(^|\/)(\.|%2e){1,2}(?=\/|$)/i;

/** Sends a request through the proxy. Nothing is tried again here, and the caller's signal alone ends it. */
export async function proxied(
  { baseUrl, fetch }: Checked,
  secretKey: string,
  externalId: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  init.signal?.throwIfAborted();
  const [plain = "", ...rest] = path.split(/(?=[?#])/);
  if (LEADS_AWAY.test(plain)) refuse("path must begin with one slash and have no dots, backslashes or control characters in place of a name");
  const query = rest.find((part) => part.startsWith("?")) ?? "";
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${secretKey}`);
  let url = `${baseUrl}/api/backend/proxy/jira${plain}${query}`;
  // What a header would not hold, or would cut, goes with the address; it is taken off before Jira sees it.
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(externalId)) headers.set("x-juncture-external-id", externalId);
  else url += `${query === "" ? "?" : "&"}external_id=${encodeURIComponent(externalId)}`;
  let response: Response;
  try {
    response = await fetch(url, { redirect: "manual", ...init, headers });
  } catch (cause) {
    init.signal?.throwIfAborted();
    const { facts, perhapsDone } = ofNetwork(cause, url);
    throw errorOf(facts, perhapsDone && !/^(GET|HEAD)$/i.test(init.method ?? "GET"));
  }
  const code = response.headers.get(CODE);
  if (code === null) return response;
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const { status } = response;
  const message = `${String(body["error"] ?? "Juncture did not pass the request on")} (${status} ${code})`;
  throw errorOf({ ...factsOf(response), message, code, details: body["details"] }, false, body["needs_reauthorization"] === true);
}
