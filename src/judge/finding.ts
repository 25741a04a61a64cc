import { basename } from "node:path";
import type { HostEffect } from "../stores/opencode/effects.js";
import { HOSTS } from "../hosts/hosts.js";
import type { HostGeneration } from "../stores/host.js";
import type { Conversation, Message, Row } from "../model/conversation.js";
import { type Effect, type Finding, rank } from "../model/report.js";
import { type Case, safetyOfCase } from "./cases.js";
import { fingerprintOf } from "./fingerprint.js";
import { described, hostGrade, worstOf } from "./host-effects.js";
import type { JudgeOptions } from "./judge.js";

export function toFinding(
  one: Case,
  hostEffects: readonly HostEffect[],
  conversation: Conversation,
  owners: ReadonlyMap<Row, Message>,
  options: JudgeOptions,
): Finding {
  const { rule, damage } = one;
  const effects: Effect[] = [
    ...hostEffects.map((effect) => described(effect, conversation.store)),
    ...[...one.effects.values()].map((seen) => ({
      target: seen.target,
      effect: seen.effect,
      ...(seen.error && { error: seen.error }),
      ...hostsOf(seen.generations, HOSTS[conversation.store].generations),
    })),
  ];
  const grades = [
    ...hostEffects.map((effect) => hostGrade(effect, options)),
    ...[...one.effects.values()].map((seen) => seen.worst),
  ];
  const worst = worstOf(grades);
  const severity = rule.atMost && rank[worst] < rank[rule.atMost] ? rule.atMost : worst;
  const safety = (severity === "info" ? rule.infoSafety : undefined) ?? safetyOfCase(one, conversation);
  const place = placeOf(damage.row, damage.message ?? owners.get(damage.row), conversation);
  return {
    rule: rule.id,
    severity,
    input: options.input,
    session: conversation.id,
    ...place,
    ...(damage.callId !== undefined && { callId: damage.callId }),
    evidence: damage.evidence,
    effects,
    repair: { safety, ...(rule.action && safety !== "none" && { action: rule.action }) },
    fingerprint: fingerprintOf(
      rule.id,
      identityOf(conversation, options.input),
      damage.row,
      variantOf(one, conversation),
    ),
  };
}

/** Places in a request say little: the call tells whose damage it is. */
function variantOf({ damage }: Case, { store }: Conversation): string | undefined {
  return store === "request" && damage.callId ? `${damage.variant ?? ""} ${damage.callId}` : damage.variant;
}

/** Requests have no id of their own: the name of their file tells them apart. */
function identityOf({ store, id }: Conversation, input: string): string {
  return store === "request" ? `${basename(input)} ${id}` : id;
}

/** The versions as a semver range; nothing where it happens on all of them. */
function hostsOf(seen: ReadonlySet<HostGeneration>, all: readonly HostGeneration[]): { hosts?: string } {
  if (seen.size === 0 || seen.size === all.length) return {};
  const ranges: string[] = [];
  for (let at = 0; at < all.length; at++) {
    if (!seen.has(all[at]!)) continue;
    const from = at;
    while (at + 1 < all.length && seen.has(all[at + 1]!)) at++;
    const until = all[at]!.until;
    ranges.push(
      [from === 0 ? "" : `>=${all[from]!.since}`, until ? `<${until}` : ""].filter(Boolean).join(" "),
    );
  }
  return { hosts: ranges.join(" || ") };
}

function placeOf(
  row: Row,
  message: Message | undefined,
  conversation: Conversation,
): Pick<Finding, "message" | "part" | "position"> {
  if (row === conversation.row) return {};
  if (row.table === "part") return { ...(message && { message: message.row.id }), part: row.id };
  return {
    message: row.id,
    ...(conversation.store !== "opencode" && message && { position: message.position }),
  };
}
