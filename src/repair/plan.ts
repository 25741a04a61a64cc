import { Editor } from "../files/editor.js";
import type { Operation } from "../files/rows.js";
import type { Scratch } from "../files/scratch.js";
import { generationOf } from "../hosts/hosts.js";
import { judgeInPlace } from "../judge/judge.js";
import type { Conversation } from "../model/conversation.js";
import type { Move } from "../model/move.js";
import type { Finding } from "../model/report.js";
import type { Edits } from "../rules/edits.js";
import { instaticEdits } from "../stores/instatic/edits.js";
import { opencodeEdits } from "../stores/opencode/mend/edits.js";
import { mendEach, type SkippedRow } from "./attempts.js";
import { mendRounds, type RepairOptions } from "./rounds.js";

export interface SessionPlan {
  readonly session: string | null;
  readonly operations: readonly Operation[];
  /** Findings that the operations mend. */
  readonly mended: readonly Finding[];
  /** Findings that stay, with the reason. */
  readonly remaining: readonly Finding[];
  /** What could not be mended, and why. */
  readonly skipped?: readonly SkippedRow[];
  /** Fingerprints that the scan will find afterwards: what verifies the repair. */
  readonly expected: readonly string[];
}

/** What a plan was made under; the same words judge it again after it was applied. */
export interface JudgeTerms {
  readonly input: string;
  readonly hostVersion: string;
  readonly providers: readonly string[];
  readonly now: number;
  /** Directories that moved. */
  readonly moves?: readonly Move[];
}

export interface RepairPlan {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly database: string;
  readonly kind: "opencode" | "instatic";
  readonly terms: JudgeTerms;
  /** What the user asked for beside the safe repairs. */
  readonly options?: RepairOptions;
  /** Why the plan would be refused as the database stands. */
  readonly obstacles?: readonly string[];
  readonly sessions: readonly SessionPlan[];
}

/** Plans the repair of one conversation on a scratch copy of its rows. */
export function planSession(
  scratch: Scratch,
  handle: number,
  terms: JudgeTerms,
  options: RepairOptions,
): SessionPlan {
  scratch.load(handle);
  const editor = new Editor(scratch.db, (table, id) => scratch.claim(table, id));
  const skipped = new Map<string, SkippedRow>();
  const outcome = mendRounds(
    {
      look() {
        const conversation = scratch.conversation(handle);
        const generation = generationOf(conversation.store, terms.hostVersion);
        return { conversation, judged: judgeInPlace(conversation, { ...terms, live: false, generation }) };
      },
      mend(rule, targets, conversation) {
        editor.for(rule.id);
        const edits = editsFor(conversation, editor);
        mendEach(
          targets,
          () => editor.mark(),
          (target) => {
            if (!editor.exists(target.row)) return;
            if (rule.repair) rule.repair({ ...target, moves: terms.moves }, editor);
            else rule.mend!(target, edits);
          },
          ({ row: { table, id } }, reason) =>
            skipped.set(`${rule.id} ${table} ${id}`, { rule: rule.id, table, id, reason }),
        );
      },
      mark: () => editor.mark(),
      settle: () => scratch.settle(editor),
    },
    options,
  );
  return {
    ...outcome,
    operations: outcome.isBetter ? editor.operations(outcome.session) : [],
    ...(skipped.size > 0 && { skipped: [...skipped.values()] }),
  };
}

function editsFor(conversation: Conversation, editor: Editor): Edits {
  return conversation.store === "opencode"
    ? opencodeEdits(conversation, editor)
    : instaticEdits(conversation, editor);
}
