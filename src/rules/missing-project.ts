import { defineRule } from "./rule.js";

export const missingProject = defineRule({
  id: "missing-project",
  family: "storage",
  title: "session of a project that is gone",
  inputs: ["opencode"],
  safety: "safe",
  action: "write the project row again",
  explanation: {
    what: "The session names a project that does not exist: it is not listed, and the next prompt fails.",
    arises: "The project row was deleted with foreign keys off, or the session was copied from another file.",
    repair: "The project row is written again, with the session's directory as its worktree.",
    unknown: "The project's name and settings.",
  },
  detect: ({ project, row }) =>
    project && !project.known ? [{ row, evidence: { project: project.id } }] : [],
  repair({ conversation }, editor) {
    const directory = conversation.directory ?? "/";
    const time = conversation.created ?? 0;
    const { id } = conversation.project!;
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
