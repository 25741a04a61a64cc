import { Editor } from "../files/editor.js";
import { Scratch, type ScratchSource } from "../files/scratch.js";
import type { Conversation } from "../model/conversation.js";
import type { Edits } from "../rules/edits.js";
import type { DatabaseForm, RowBench } from "./store.js";

/** A working copy of a database: one bench for each conversation that is mended. */
export interface Workshop<C extends Conversation, E extends Edits> {
  readonly scratch: Scratch;
  benchOf(handle: number): RowBench<C, E>;
}

/** `path`: of the database, which its reader may look beside. */
export function openWorkshop<C extends Conversation, E extends Edits>(
  source: ScratchSource,
  form: DatabaseForm<C, E>,
  path = "",
): Workshop<C, E> {
  const scratch = new Scratch(source, form.tables, form.working);
  const reader = form.open(scratch.db, path);
  return {
    scratch,
    benchOf(handle) {
      scratch.load(handle);
      const editor = new Editor(scratch.db, form.tables, (table, id) => scratch.claim(table, id));
      return {
        look: () => reader.read(handle, true),
        edits(conversation, rule) {
          editor.for(rule);
          return form.edits(conversation, editor);
        },
        exists: (row) => editor.exists(row),
        mark: () => editor.mark(),
        settle: () => form.settle?.(scratch.db, editor) ?? false,
        operations: (session) => editor.operations(session),
      };
    },
  };
}
