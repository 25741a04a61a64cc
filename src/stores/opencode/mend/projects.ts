import type { Editor } from "../../../files/editor.js";
import { rowOf } from "../../../files/tables.js";
import type { Row } from "../../../model/conversation.js";
import { type Move, movedTo } from "../../../model/move.js";
import type { OpencodeConversation } from "../decode/session.js";
import { PROJECT } from "../tables.js";

/** The project whose worktree is the directory, or lies nearest above it; null where there is none. */
export function projectOf(directory: string, editor: Editor): { id: string; worktree: string } | null {
  const id = editor.ask(
    `select id from project, (select ? as place)
     where worktree = place or (worktree <> '/' and substr(place, 1, length(worktree) + 1) = worktree || '/')
     order by length(worktree) desc, project.rowid desc limit 1`,
    directory,
  );
  if (id === null) return null;
  return {
    id: String(id),
    worktree: String(editor.ask("select worktree from project where id = ?", String(id))),
  };
}

/**
 * Moves a session with its project. If no project has the new directory as its worktree, the project's own worktree
 * moves first.
 */
export function relinkSession(row: Row, moves: readonly Move[], editor: Editor): void {
  const directory = movedTo(String(editor.cell(row, "directory")), moves);
  if (directory === null) return;
  editor.column(row, "directory", directory);
  const own =
    projectOf(directory, editor) ?? moveProject(String(editor.cell(row, "project_id")), moves, editor);
  if (!own) return;
  if (editor.cell(row, "project_id") !== own.id) editor.column(row, "project_id", own.id);
  if (editor.cell(row, "path") !== null)
    editor.column(row, "path", directory.slice(own.worktree.length).replace(/^[\\/]+/, ""));
}

function moveProject(
  id: string,
  moves: readonly Move[],
  editor: Editor,
): { id: string; worktree: string } | null {
  const rowid = editor.ask("select rowid from project where id = ?", id);
  const worktree = editor.ask("select worktree from project where id = ?", id);
  const moved = typeof worktree === "string" ? movedTo(worktree, moves) : null;
  if (typeof rowid !== "number" || moved === null) return null;
  editor.column(rowOf(PROJECT, id, rowid), "worktree", moved);
  return { id, worktree: moved };
}

/** Moves a session to the project of its directory; where there is none, writes the lost project row again. */
export function adoptProject(conversation: OpencodeConversation, editor: Editor): void {
  const directory = conversation.directory ?? "/";
  const time = conversation.created ?? 0;
  const { id } = conversation.project;
  // The host lists a session under the project of its folder: where that project is known, the session moves there.
  const own = projectOf(directory, editor);
  if (own) {
    editor.column(conversation.row, "project_id", own.id);
    return;
  }
  if (editor.ask("select 1 from project where id = ?", id) !== null) return;
  editor.insert(PROJECT.name, {
    id,
    worktree: id === "global" ? "/" : worktreeOf(directory, editor.cell(conversation.row, "path")),
    time_created: time,
    time_updated: time,
    sandboxes: "[]",
  });
}

/** The host stores the place of a session's folder in its worktree. */
function worktreeOf(directory: string, path: unknown): string {
  const end = typeof path === "string" && path !== "" ? `/${path}` : "";
  return end !== "" && directory.endsWith(end) ? directory.slice(0, -end.length) || "/" : directory;
}
