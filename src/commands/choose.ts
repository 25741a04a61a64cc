import { DoctorError } from "../errors.js";
import { plural } from "../model/numbers.js";
import { plansWhere, rowsIn } from "../repair/session-plans.js";
import { safeText, shorten } from "../reporters/safe-text.js";
import { shortAge } from "../reporters/units.js";
import { titleOf } from "../reporters/wording.js";
import { outputWidth } from "./output.js";
import { hasWork, type Planned } from "./plan-files.js";

/** A conversation of a plan, by its file. */
interface Choice {
  readonly path: string;
  readonly session: string | null;
}

/**
 * Lets the user choose conversations on the terminal. Answers with the plans of those only.
 * @throws DoctorError USAGE without a terminal, INTERRUPTED
 */
export async function chooseIn(jobs: readonly Planned[], now: number): Promise<Planned[]> {
  const work = jobs.filter(hasWork);
  if (work.length === 0) return [...jobs];
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new DoctorError("USAGE", "-i needs a terminal", "name conversations with --session");
  const { default: checkbox } = await import("@inquirer/checkbox");
  const chosen = await checkbox(
    {
      message: "Which conversations are to be mended?",
      choices: choicesOf(work, now, outputWidth() - 4),
      pageSize: 15,
    },
    { output: process.stderr },
  ).catch(asInterrupted);
  return chosenOf(work, chosen);
}

/** Ctrl-C in the list. */
function asInterrupted(error: unknown): never {
  if (error instanceof Error && error.name === "ExitPromptError")
    throw new DoctorError("INTERRUPTED", "interrupted; nothing was written");
  throw error;
}

/** The lines of the list: folder, age, id, and the damage. */
export function choicesOf(
  jobs: readonly Planned[],
  now: number,
  width: number,
): { value: Choice; name: string; short: string }[] {
  return jobs.flatMap(({ path, plan, input }) =>
    [...plan.sessions]
      .filter((session) => rowsIn(session) > 0)
      .map((one) => {
        const { session, mended } = one;
        const note = input.sessions?.find(({ id }) => id === session);
        const rules = [...new Set(mended.map(({ rule }) => titleOf(rule)))].join(", ");
        const facts = [
          jobs.length > 1 ? path : null,
          note?.folder,
          note && shortAge(note.updated, now),
          session ?? "rows without a conversation",
          plural(rowsIn(one), "row"),
          rules,
        ];
        const name = shorten(safeText(facts.filter(Boolean).join(" · ")), width);
        return { value: { path, session }, name, short: safeText(session ?? path) };
      }),
  );
}

/** The plans with the chosen conversations only. */
export function chosenOf(jobs: readonly Planned[], chosen: readonly Choice[]): Planned[] {
  return jobs
    .map((job) => {
      const wanted = new Set(chosen.filter(({ path }) => path === job.path).map(({ session }) => session));
      const sessions = plansWhere(job.plan.sessions, ({ session }) => wanted.has(session));
      return { ...job, plan: { ...job.plan, sessions } };
    })
    .filter(hasWork);
}
