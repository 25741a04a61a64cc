import { count } from "../model/numbers.js";
import type { Picture, PictureBlock } from "../scan/picture.js";
import { safeText } from "./safe-text.js";

/** A block in a few words: "call read", "text 120". */
export function blockWords({ kind, row, name, length, isError, isBlank }: PictureBlock): string {
  // The prompt that the user would send next stands in no row.
  if (kind === "text" && row === null) return "next prompt";
  if (kind === "text" || kind === "thinking")
    return isBlank ? `${kind}, blank` : `${kind} ${count(length ?? 0)}`;
  if (kind === "result") return isError ? "result: error" : "result";
  if (kind === "call") return `call ${safeText(name ?? "")}`;
  if (kind === "media") return `file ${safeText(name ?? "")}`;
  return safeText(name ?? kind);
}

/** The verdict on a request as a sentence. */
export function verdictSentence({
  verdict,
  provider,
  isClosed,
}: Pick<Picture, "verdict" | "provider" | "isClosed">): string {
  if (isClosed) return "The program cannot open this conversation at all.";
  return VERDICTS[verdict](provider);
}

const VERDICTS: Readonly<Record<Picture["verdict"], (provider: string) => string>> = {
  accepted: (provider) => `Next request: ${provider} would take it.`,
  rejected: (provider) => `Next request: ${provider} would refuse it.`,
  crash: () => "The next prompt fails before anything is sent.",
  loop: (provider) =>
    `Next request: ${provider} would take it, and the program would send it again and again.`,
  swallowed: () => "The next prompt would be swallowed: nothing is sent.",
  lost: (provider) => `Next request: ${provider} would take it, but the program leaves messages out.`,
  unreadable: () => "The program cannot open this conversation at all.",
};
