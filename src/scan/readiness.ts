import type { Judged } from "../judge/terms.js";
import type { Conversation, Message, Row } from "../model/conversation.js";
import type { Readiness } from "../model/report.js";
import type { HostEffect } from "../stores/host.js";
import type { Reader } from "../stores/reader.js";
import type { AnyStore } from "../stores/store.js";

/** Counts of the rows that an import to opencode 2 would leave out. */
export type Losses = Omit<Readiness, "target" | "notImported">;

export function noLosses(): Losses {
  return { dropped: { sessions: 0, messages: 0, parts: 0 }, sessionsAffected: 0, byRule: {} };
}

export function readinessOf(losses: Losses, { targets = [], id }: AnyStore, reader: Reader): Readiness {
  const notImported = reader.notImported();
  return { target: targets[0] ?? id, ...losses, ...(notImported !== null && { notImported }) };
}

/** True if a program that imports files of the store leaves the row out. */
export function isLost(
  { target, effect }: Pick<HostEffect, "target" | "effect">,
  { targets }: AnyStore,
): boolean {
  return effect === "lost" && target !== undefined && targets?.includes(target) === true;
}

/** Counts the lost rows that the findings of one conversation name. A lost message counts with its parts. */
export function addLosses(
  losses: Losses,
  store: AnyStore,
  conversation: Conversation,
  judged: readonly Judged[],
): void {
  const messages = new Set<Row>();
  const parts = new Set<Row>();
  for (const { rule, row, message, hostEffects } of judged) {
    const effect = hostEffects.find((one) => isLost(one, store));
    if (!effect) continue;
    const whole = message && (row === message.row || effect.takes === "message");
    const rows = whole ? partRows(message) : [row];
    if (whole) messages.add(message.row);
    for (const part of rows) parts.add(part);
    count(losses, rule.id, whole ? 1 : 0, rows.length);
  }
  if (messages.size === 0 && parts.size === 0) return;
  losses.sessionsAffected++;
  losses.dropped.messages += messages.size;
  losses.dropped.parts += parts.size;
  if (messages.size === conversation.messages.length) losses.dropped.sessions++;
}

/** Counts a lost row without an owner. */
export function addLostRow(losses: Losses, rule: string, row: Row): void {
  const isMessage = row.holds === "message";
  losses.dropped[isMessage ? "messages" : "parts"]++;
  count(losses, rule, isMessage ? 1 : 0, isMessage ? 0 : 1);
}

export function mergeLosses(total: Losses, { dropped, sessionsAffected, byRule }: Losses): void {
  total.dropped.sessions += dropped.sessions;
  total.dropped.messages += dropped.messages;
  total.dropped.parts += dropped.parts;
  total.sessionsAffected += sessionsAffected;
  for (const [rule, { messages, parts }] of Object.entries(byRule)) count(total, rule, messages, parts);
}

function count({ byRule }: Losses, rule: string, messages: number, parts: number): void {
  const known = byRule[rule] ?? { messages: 0, parts: 0 };
  byRule[rule] = { messages: known.messages + messages, parts: known.parts + parts };
}

function partRows(message: Message): Row[] {
  const unreadable = message.unreadableRows?.map(({ row }) => row) ?? [];
  return [...message.blocks.map(({ row }) => row), ...unreadable.filter(({ holds }) => holds === "piece")];
}
