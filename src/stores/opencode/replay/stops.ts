import type { Block, Defect, Message, Turn } from "../../../model/conversation.js";
import { mediaIn } from "../../../model/media.js";
import type { Stop } from "../../host.js";
import type { OpencodeConversation } from "../decode/session.js";
import { NO_JSON } from "../decode/session.js";
import { isDropped } from "../walk.js";
import type { Feature, Features } from "./versions.js";

const INVALID_PROMPT = "Invalid prompt: The messages do not match the ModelMessage[] schema.";
const SERVER_ERROR = "Unexpected server error. Check server logs for details.";

/** Damage that keeps the host from reading the session. `stored`: its messages, without the reverted ones. */
export function stopAtRead(
  conversation: OpencodeConversation,
  stored: readonly Message[],
  features: Features,
): Stop | undefined {
  return (
    unlistable(conversation, features) ??
    unreadableRows(conversation) ??
    timeless(stored, features) ??
    ownerless(conversation, features)
  );
}

/** Damage that keeps the host from building a request of these turns. */
export function stopAtSend(
  sent: readonly Message[],
  turns: readonly Turn[],
  features: Features,
  isOwn: (message: Message) => boolean,
): Stop | undefined {
  return (
    brokenRow(sent, features, isOwn) ??
    foreignMetadata(sent.filter(isOwn)) ??
    executedMark(sent.filter(isOwn), features) ??
    unsendableFile(turns)
  );
}

/** A message of no known role is neither sent nor looked at by the run loop. */
export function hasRole(message: Message): boolean {
  return !hasDefectAt(message, "$.role");
}

function hasDefectAt({ row, defects }: Message, path: string): boolean {
  return defects?.some((defect) => defect.row === row && defect.path === path) ?? false;
}

/** The host does not find a session whose row it cannot decode. Earlier hosts fail if a column holds no JSON. */
function unlistable({ row, defects }: OpencodeConversation, features: Features): Stop | undefined {
  if (!defects?.length) return undefined;
  const isFatal =
    defects.some(({ on }) => features[(on ?? "strictResponses") as Feature]) ||
    defects.some(({ path, expected }) => expected === NO_JSON && OLD_COLUMNS.has(path));
  if (!isFatal) return undefined;
  return { verdict: "crash", rule: "unlistable-session", rows: [row], error: "Session not found" };
}

/** Columns of a session that every version reads as JSON. */
const OLD_COLUMNS = new Set(["$.revert", "$.permission", "$.summary_diffs"]);

/** Ids that the host gives a folder's project: it is made again when the host starts there. */
const OWN_PROJECT = /^([0-9a-f]{40}|global)$/;

function ownerless({ row, project }: OpencodeConversation, features: Features): Stop | undefined {
  if (project?.known !== false || OWN_PROJECT.test(project.id) || !features.needsProject) return undefined;
  return { verdict: "crash", rule: "missing-project", rows: [row], error: "FOREIGN KEY constraint failed" };
}

/** A row that is no JSON, anywhere in the session, fails every read of the session. */
function unreadableRows(conversation: OpencodeConversation): Stop | undefined {
  const rows = conversation.messages.flatMap((message) =>
    (message.unreadableRows ?? []).filter(({ reason }) => reason !== "too-large").map(({ row }) => row),
  );
  if (rows.length === 0) return undefined;
  return { verdict: "crash", rule: "malformed-json", rows, error: SERVER_ERROR };
}

/** A run loop that goes by time looks into every message for one. */
function timeless(stored: readonly Message[], features: Features): Stop | undefined {
  const rows = stored
    .filter((message) => hasDefectAt(message, "$.time") || (!hasRole(message) && message.created === null))
    .map(({ row }) => row);
  return rows.length > 0 && features.loopByTime
    ? { verdict: "crash", rule: "invalid-message", rows, error: SERVER_ERROR }
    : undefined;
}

/** A row of the request that makes the host, or the AI SDK's check of the prompt, fail. */
function brokenRow(
  sent: readonly Message[],
  features: Features,
  isOwn: (message: Message) => boolean,
): Stop | undefined {
  const last = sent.findLast((message) => message.role === "assistant" && message.finish !== undefined);
  for (const message of sent) {
    const fatal = (message.defects ?? []).find((defect) =>
      defect.row === message.row
        ? message === last && isFatalCount(defect)
        : !isDropped(message) && isFatalInPart(message, defect, features, isOwn(message)),
    );
    if (fatal)
      return {
        verdict: "crash",
        rule: fatal.rule,
        rows: [fatal.row],
        error: fatal.row === message.row ? SERVER_ERROR : INVALID_PROMPT,
      };
  }
  return undefined;
}

/** Metadata goes back to the model that wrote it, and must then hold records only. */
function foreignMetadata(own: readonly Message[]): Stop | undefined {
  const rows = own
    .filter((message) => message.role === "assistant" && !isDropped(message))
    .flatMap(({ blocks }) => blocks)
    .filter((block) => "foreignKeys" in block && block.foreignKeys)
    .map(({ row }) => row);
  if (rows.length === 0) return undefined;
  return { verdict: "crash", rule: "foreign-metadata", rows, error: INVALID_PROMPT };
}

/** True if the tokens, or the cached ones, are missing: the host fails when it counts them. */
function isFatalCount({ path, isGone }: Defect): boolean {
  return path === "$.tokens" || (path === "$.tokens.cache" && isGone === true);
}

/** Up to 1.4.0 the host's own mark at a tool goes back with the provider's metadata. */
function executedMark(own: readonly Message[], features: Features): Stop | undefined {
  const rows = own
    .filter((message) => message.role === "assistant" && !isDropped(message))
    .flatMap(({ blocks }) => blocks)
    .filter((block) => block.kind === "call" && block.exempt && block.state !== "unknown")
    .map(({ row }) => row);
  if (rows.length === 0 || features.executedApart) return undefined;
  return { verdict: "crash", rule: "provider-executed-call", rows, error: INVALID_PROMPT };
}

/** Files that the AI SDK cannot fetch or has no form for: it fails before any request. */
function unsendableFile(turns: readonly Turn[]): Stop | undefined {
  const failing = turns
    .flatMap(({ blocks }) => blocks.flatMap(mediaIn))
    .filter(({ problem }) => problem && Object.hasOwn(FILE_ERRORS, problem));
  const [worst] = failing;
  if (!worst) return undefined;
  const error = FILE_ERRORS[worst.problem ?? ""]?.replace("{mime}", worst.mime);
  return { verdict: "crash", rule: "unsendable-media", rows: failing.map(({ row }) => row), error };
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  "unreadable-scheme": "AI_DownloadError: Failed to download",
  unfetchable: "AI_DownloadError: Failed to download",
  "unsupported-type": "AI_UnsupportedFunctionalityError: 'media type: {mime}' functionality not supported.",
};

/** Where the host, or the AI SDK's own check of the prompt, stumbles over a part. */
function isFatalInPart(
  { role, blocks }: Message,
  { row, path, isGone }: Defect,
  features: Features,
  isOwn: boolean,
): boolean {
  const block = blocks.find((candidate) => candidate.row === row);
  if (role === "user")
    return (
      (block?.kind === "text" && path === "$.text" && !block.ignored) ||
      (block?.kind === "media" && FILE_KEYS.includes(path) && !block.isTold)
    );
  if (path === "$.metadata") return isOwn && isFatalMetadata(block, features);
  if (block?.kind === "text" || block?.kind === "thinking") return path === "$.text";
  if (block?.kind !== "call") return false;
  if (path === "$.state") return isGone === true;
  if (path === "$.callID") return block.state !== "unknown";
  if (block.state !== "completed") return false;
  if (path.startsWith("$.state.attachments")) return block.brokenFiles === true;
  const hasNoOutput = block.output === "missing" || (block.output === "object" && !features.objectOutputs);
  return (path === "$.state.time" && isGone === true) || (path === "$.state.output" && hasNoOutput);
}

const FILE_KEYS = ["$.mime", "$.url", "$.filename"];

/** Metadata that is no record: thinking takes it with it as it is, others leave null out, tools send a copy of it. */
function isFatalMetadata(block: Block | undefined, features: Features): boolean {
  if (block?.kind === "thinking") return block.noRecord !== undefined;
  if (block?.kind === "text") return block.noRecord !== undefined && block.noRecord !== "null";
  if (block?.kind !== "call" || block.state === "unknown") return false;
  return block.noRecord === "other" || (block.noRecord === "empty" && !features.executedApart);
}
