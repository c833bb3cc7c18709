import { readConnectResult } from "@juncture/sdk/connect";
import { goTo } from "../../lib/juncture";

/** The customer is back. What the address says anybody may have written: the page behind it asks Juncture. */
export function GET(request: Request): Response {
  const isConnected = readConnectResult(request.url)?.status === "success";
  return goTo(isConnected ? "/" : "/?trouble=Your+Jira+was+not+connected.");
}
