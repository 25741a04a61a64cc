import { defineRule } from "../../../rules/rule.js";
import { projectOf } from "../mend/projects.js";

export const missingProject = defineRule({
  id: "missing-project",
  family: "storage",
  title: "session of a project that is gone",
  inputs: ["opencode"],
  safety: "safe",
  action: "move it to the project of its directory, or write the project row again",
  explanation: {
    what: "The session names a project that does not exist: it is not listed, and the next prompt fails.",
    arises: "The project row was deleted with foreign keys off, or the session was copied from another file.",
    repair:
      "The session moves to the project of its directory; where there is none, the project row is written again.",
    unknown: "The lost project's name and settings.",
  },
  detect: ({ project, row }) =>
    project && !project.known ? [{ row, evidence: { project: project.id } }] : [],
  repair({ conversation }, editor) {
    const directory = conversation.directory ?? "/";
    const time = conversation.created ?? 0;
    const { id } = conversation.project!;
    // The list shows a folder's own project: where it is known, the session moves there.
    const own = projectOf(directory, editor);
    if (own) {
      editor.column(conversation.row, "project_id", own.id);
      return;
    }
    const values = {
      id,
      worktree: id === "global" ? "/" : directory,
      time_created: time,
      time_updated: time,
      sandboxes: "[]",
    };
    if (editor.ask("select 1 from project where id = ?", id) === null) editor.insert("project", values);
  },
});
