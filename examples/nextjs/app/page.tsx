import { randomUUID } from "node:crypto";
import type { JiraProject } from "@juncture/sdk";
import { customer, juncture, wordsOf } from "../lib/juncture";

/** Asked for anew each time: what is in Jira changes. */
export const dynamic = "force-dynamic";

/** The tickets; before that the choice of a project, and before that the connection. */
export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | undefined>> }) {
  const { trouble } = await searchParams;
  if (trouble !== undefined) return <Connect words={trouble} />;
  try {
    const { exists } = await juncture().connections.checkValidity(customer);
    if (!exists) return <Connect words="Connect your Jira to see its tickets here." />;
    const jira = juncture().jira(customer.external_id);
    const { projects, selected_project_id } = await jira.projects.list();
    const project = projects.find(({ id }) => id === selected_project_id);
    return project === undefined ? <Projects projects={projects} /> : await tickets(project);
  } catch (error) {
    return <Connect words={wordsOf(error)} />;
  }
}

function Connect({ words }: { words: string }) {
  return (
    <>
      <p>{words}</p>
      <form method="post" action="/connect">
        <button>Connect Jira</button>
      </form>
    </>
  );
}

function Projects({ projects }: { projects: JiraProject[] }) {
  const options = projects.map(({ id, name }) => <option key={id} value={id}>{name}</option>);
  return (
    <form method="post" action="/project">
      <label>Project <select name="project">{options}</select></label>
      <button>Choose</button>
    </form>
  );
}

async function tickets({ name }: JiraProject) {
  const jira = juncture().jira(customer.external_id);
  const [{ tickets }, { issue_types }] = await Promise.all([jira.tickets.list(), jira.issueTypes.list()]);
  const types = issue_types.filter(({ subtask }) => !subtask);
  return (
    <>
      <h2>{name}</h2>
      <form method="post" action="/tickets">
        {/* One key for each page: whoever clicks twice makes one ticket. */}
        <input type="hidden" name="key" value={randomUUID()} />
        <label>Type <select name="issue_type_id">{types.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select></label>
        <label>Summary <input name="summary" required maxLength={255} /></label>
        <label>Description, in Markdown <textarea name="description" /></label>
        <button>Create</button>
      </form>
      <table>
        <tbody>
          {tickets.map(({ key, summary, status }) => (
            <tr key={key}>
              <td>{key}</td>
              <td>{summary}</td>
              <td>{status}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
