/**
 * A product whose customers connect their Jira: the whole flow, as small as it can be.
 *
 * One customer stands for all; signing in is your product's business.
 */
import { randomUUID } from "node:crypto";
import express, { type NextFunction, type Request, type Response } from "express";
import { Juncture, JunctureError, NeedsReauthorization } from "@juncture/sdk";
import { readConnectResult } from "@juncture/sdk/connect";
import { WebhookNotVerified, verifyWebhook } from "@juncture/sdk/webhooks";
import { connectPage, projectsPage, ticketsPage } from "./pages.js";

const { JUNCTURE_URL = "http://127.0.0.1:8000", JUNCTURE_SECRET_KEY, JUNCTURE_WEBHOOK_SECRET, PORT = "3000" } = process.env;
const juncture = new Juncture({ baseUrl: JUNCTURE_URL, secretKey: JUNCTURE_SECRET_KEY });
const customer = { provider: "jira", external_id: "customer-1" };
const jira = juncture.jira(customer.external_id);

const AGAIN = "Your Jira is no longer open to us. Please connect again.";

const app = express();
app.use(express.urlencoded({ extended: false }));

/** The tickets; before that the choice of a project, and before that the connection. */
app.get("/", async (_, response) => {
  const { exists, is_expired, is_invalid, site_unavailable } = await juncture.connections.checkValidity(customer);
  if (!exists) return void response.send(connectPage("Connect your Jira to see its tickets here."));
  if (is_expired || is_invalid || site_unavailable) return void response.send(connectPage(AGAIN));
  const { projects, selected_project_id } = await jira.projects.list();
  const project = projects.find(({ id }) => id === selected_project_id);
  if (project === undefined) return void response.send(projectsPage(projects));
  const [{ tickets }, { issue_types }] = await Promise.all([jira.tickets.list(), jira.issueTypes.list()]);
  // One key for each page: whoever clicks twice makes one ticket.
  response.send(ticketsPage(project, tickets, issue_types, randomUUID()));
});

/** Off to the consent page, by a link that is good for this browser alone. */
app.post("/connect", async (_, response) => {
  const { connect_url } = await juncture.connect.createSession(customer);
  response.redirect(303, connect_url);
});

/** The customer is back. What the address says anybody may have written: the page behind it asks Juncture. */
app.get("/connected", (request, response) => {
  const result = readConnectResult(new URL(request.originalUrl, "http://here"));
  if (result?.status === "success") return response.redirect(303, "/");
  response.send(connectPage("Your Jira was not connected."));
});

app.post("/project", async (request, response) => {
  await jira.projects.select(text(request, "project"));
  response.redirect(303, "/");
});

app.post("/tickets", async (request, response) => {
  const ticket = {
    summary: text(request, "summary"),
    description: text(request, "description"),
    issue_type_id: text(request, "issue_type_id"),
  };
  await jira.tickets.create(ticket, { idempotencyKey: text(request, "key") });
  response.redirect(303, "/");
});

/**
 * What Juncture tells as it happens. The body as it came, before anything parses it: the signature is over its bytes.
 * An answer that is no success brings the event again, so take it first and do what takes long afterwards.
 */
app.post("/events", express.raw({ type: "application/json", limit: "1mb" }), async (request, response) => {
  const event = await verifyWebhook(request.body, request.headers, JUNCTURE_WEBHOOK_SECRET);
  // It may come twice, with the same id. What you do not know of, leave alone.
  if (event.type === "connection.needs_reauthorization") console.log(`${event.id}: ask ${event.data.external_id} to connect again`);
  response.status(204).end();
});

/** Whatever a call has thrown: what the customer can do about it. */
app.use((error: unknown, _: Request, response: Response, next: NextFunction) => {
  if (error instanceof NeedsReauthorization) {
    response.status(403).send(connectPage(AGAIN));
  } else if (error instanceof WebhookNotVerified) {
    response.status(401).send(error.message);
  } else if (error instanceof JunctureError) {
    console.error(error.message, error.requestId);
    response.status(502).send(connectPage(`That did not work: ${error.message}`));
  } else {
    next(error);
  }
});

/** What a form has sent. */
function text(request: Request, name: string): string {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === "string" ? value : "";
}

app.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}`));
