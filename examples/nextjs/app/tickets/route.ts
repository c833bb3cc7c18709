import { andBack, fieldsOf } from "../../lib/juncture";

export async function POST(request: Request): Promise<Response> {
  const field = await fieldsOf(request);
  const ticket = {
    summary: field("summary"),
    description: field("description"),
    issue_type_id: field("issue_type_id"),
  };
  return andBack((jira) => jira.tickets.create(ticket, { idempotencyKey: field("key") }));
}
