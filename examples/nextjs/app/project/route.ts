import { andBack, fieldsOf } from "../../lib/juncture";

export async function POST(request: Request): Promise<Response> {
  const field = await fieldsOf(request);
  return andBack((jira) => jira.projects.select(field("project")));
}
