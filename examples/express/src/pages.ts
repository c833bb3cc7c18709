/** The pages, without anything that you would not write yourself. */
import type { JiraIssueType, JiraProject, JiraTicket } from "@juncture/sdk";

export function connectPage(words: string): string {
  return page(`<p>${safe(words)}</p>
    <form method="post" action="/connect"><button>Connect Jira</button></form>`);
}

export function projectsPage(projects: JiraProject[]): string {
  const options = projects.map(({ id, name }) => `<option value="${safe(id)}">${safe(name)}</option>`);
  return page(`<form method="post" action="/project">
    <label>Project <select name="project">${options.join("")}</select></label>
    <button>Choose</button>
  </form>`);
}

export function ticketsPage(project: JiraProject, tickets: JiraTicket[], types: JiraIssueType[], key: string): string {
  const rows = tickets.map(
    (ticket) => `<tr><td>${safe(ticket.key)}</td><td>${safe(ticket.summary)}</td><td>${safe(ticket.status)}</td></tr>`,
  );
  const options = types.filter(({ subtask }) => !subtask).map(({ id, name }) => `<option value="${safe(id)}">${safe(name)}</option>`);
  return page(`<h2>${safe(project.name)}</h2>
    <form method="post" action="/tickets">
      <input type="hidden" name="key" value="${safe(key)}">
      <label>Type <select name="issue_type_id">${options.join("")}</select></label>
      <label>Summary <input name="summary" required maxlength="255"></label>
      <label>Description, in Markdown <textarea name="description"></textarea></label>
      <button>Create</button>
    </form>
    <table>${rows.join("\n")}</table>`);
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tickets</title><h1>Tickets</h1>${body}</html>`;
}

/** Text, as it may stand in HTML. */
function safe(text: string | null | undefined): string {
  return (text ?? "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
