import { basename } from "node:path";
import type { Conversation, Message, Row } from "../model/conversation.js";
import { type Effect, type Finding, rank, type Safety } from "../model/report.js";
import { type HostEffect, rangeOf } from "../stores/host.js";
import type { AnyStore } from "../stores/store.js";
import { type Case, safetyOfCase } from "./cases.js";
import { fingerprintOf } from "./fingerprint.js";
import { worstOf } from "./grades.js";
import { described, hostGrade } from "./host-effects.js";
import type { JudgeTerms } from "./terms.js";
import { toldEvidence } from "./told.js";

export function toFinding(
  one: Case,
  hostEffects: readonly HostEffect[],
  conversation: Conversation,
  owners: ReadonlyMap<Row, Message>,
  terms: JudgeTerms,
): Finding {
  const { rule, damage } = one;
  const { store, host, input } = terms;
  const seen = [...one.effects.values()];
  const effects: Effect[] = [
    ...hostEffects.map((effect) => described(effect, terms)),
    ...seen.map(({ target, effect, error, generations }) => {
      const hosts = rangeOf(generations, host?.generations ?? []);
      return { target, effect, ...(error && { error }), ...(hosts && { hosts }) };
    }),
  ];
  const worst = worstOf([
    ...hostEffects.map((effect) => hostGrade(effect, terms)),
    ...seen.map((effect) => effect.worst),
  ]);
  const severity = rule.atMost && rank[worst] < rank[rule.atMost] ? rule.atMost : worst;
  const safety = severity === "info" ? safetyOfNote(one, store) : safetyOfCase(one);
  return {
    rule: rule.id,
    severity,
    input,
    session: conversation.id,
    ...placeOf(damage.row, damage.message ?? owners.get(damage.row), conversation, store),
    ...(damage.callId !== undefined && { callId: damage.callId }),
    evidence: toldEvidence(damage.evidence),
    effects,
    repair: { safety, ...(rule.action && safety !== "none" && { action: rule.action }) },
    fingerprint: fingerprintOf(
      rule.id,
      store.isAnonymous ? `${basename(input)} ${conversation.id}` : conversation.id,
      damage.row,
      variantOf(one, store),
    ),
  };
}

/** A repair that nobody asked for leaves a note as it is where the conversation was made for other providers. */
function safetyOfNote(one: Case, { isForItsReaders }: AnyStore): Safety {
  const safety = one.rule.infoSafety ?? safetyOfCase(one);
  return isForItsReaders && safety === "safe" ? "none" : safety;
}

/** The part of the fingerprint that tells damage at one row apart. For requests it includes the call id. */
function variantOf({ damage }: Case, { isAnonymous }: AnyStore): string | undefined {
  return isAnonymous && damage.callId ? `${damage.variant ?? ""} ${damage.callId}` : damage.variant;
}

function placeOf(
  row: Row,
  message: Message | undefined,
  conversation: Conversation,
  { showsPosition }: AnyStore,
): Pick<Finding, "message" | "part" | "position"> {
  if (row === conversation.row) return {};
  if (row.holds === "piece" && !showsPosition)
    return { ...(message && { message: message.row.id }), part: row.id };
  return { message: row.id, ...(showsPosition && message && { position: message.position }) };
}
