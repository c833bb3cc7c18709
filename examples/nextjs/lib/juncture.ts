/** What the pages and routes share. It runs on the server alone. */
import { Juncture, type Jira, JunctureError, NeedsReauthorization } from "@juncture/sdk";

/** One customer stands for all; signing in is your product's business. */
export const customer = { provider: "jira", external_id: "customer-1" };

/** The server, as the environment says when a request comes. */
export function juncture(): Juncture {
  const { JUNCTURE_URL = "http://127.0.0.1:8000", JUNCTURE_SECRET_KEY } = process.env;
  return new Juncture({ baseUrl: JUNCTURE_URL, secretKey: JUNCTURE_SECRET_KEY });
}

/** Does something with the customer's Jira, and then shows the page, with what the customer can do if it failed. */
export async function andBack(work: (jira: Jira) => Promise<unknown>): Promise<Response> {
  const failed = await work(juncture().jira(customer.external_id)).then(() => undefined, wordsOf);
  return goTo(failed === undefined ? "/" : `/?trouble=${encodeURIComponent(failed)}`);
}

/** On to another page, by GET whatever led here. Next's `redirect` would send a form on. */
export function goTo(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

/** What is said of a failure. */
export function wordsOf(error: unknown): string {
  if (error instanceof NeedsReauthorization) return "Your Jira is no longer open to us. Please connect again.";
  if (!(error instanceof JunctureError)) throw error;
  console.error(error.message, error.requestId);
  return `That did not work: ${error.message}`;
}

/** What a form has sent. */
export async function fieldsOf(request: Request): Promise<(name: string) => string> {
  const form = await request.formData();
  return (name) => String(form.get(name) ?? "");
}
