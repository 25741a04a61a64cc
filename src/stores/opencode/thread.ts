import type { Message } from "../../model/conversation.js";
import { addTo } from "../../model/group.js";
import { once } from "../../model/once.js";
import { timeOfId } from "./ids.js";

/** The relations between the messages of a conversation, computed once for all of them. */
export interface Thread {
  readonly byId: ReadonlyMap<string, Message>;
  /** Under the id of the prompt, in read order. */
  readonly repliesTo: ReadonlyMap<string, readonly Message[]>;
  /** For each message, the smallest id among it and the messages after it. */
  readonly lowestIdFrom: readonly string[];
  /** The columns' times, ascending. */
  readonly times: readonly number[];
  readonly byIdTime: IdOrder;
}

/** Messages in the order of the times in their ids; those with ids of another shape are left out. */
interface IdOrder {
  readonly messages: readonly Message[];
  readonly placeOf: ReadonlyMap<Message, number>;
  /** From each place to the nearest one before and behind it that is dated earlier; past the end where there is none. */
  readonly before: readonly number[];
  readonly behind: readonly number[];
}

export const threadOf = once((messages: readonly Message[]): Thread => {
  const repliesTo = new Map<string, Message[]>();
  for (const message of messages) if (message.parent) addTo(repliesTo, message.parent, message);
  const times = messages.flatMap(({ row }) => row.created ?? []).sort((one, other) => one - other);
  return {
    byId: new Map(messages.map((message) => [message.row.id, message])),
    repliesTo,
    lowestIdFrom: lowestFrom(messages.map(({ row }) => row.id)),
    times,
    byIdTime: idOrder(messages, times[times.length >> 1] ?? 0),
  };
});

/** The newest of the columns' times before this one. */
export function latestBefore({ times }: Thread, time: number): number | undefined {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return times[low - 1];
}

/** The messages dated before this time between which the id puts a message. */
export function idNeighbours({ byIdTime }: Thread, message: Message, time: number) {
  const place = byIdTime.placeOf.get(message);
  const walk = (links: readonly number[], from: number): Message | undefined => {
    let at = from;
    let found = byIdTime.messages[at];
    while (found && dateOf(found) >= time) {
      at = links[at] ?? -1;
      found = byIdTime.messages[at];
    }
    return found;
  };
  return {
    previous: place === undefined ? undefined : walk(byIdTime.before, place - 1),
    next: place === undefined ? undefined : walk(byIdTime.behind, place + 1),
  };
}

function idOrder(messages: readonly Message[], near: number): IdOrder {
  const sorted = messages
    .flatMap((message) => {
      const time = timeOfId(message.row.id, near);
      return time === null ? [] : [{ message, time }];
    })
    .sort((one, other) => one.time - other.time)
    .map(({ message }) => message);
  const dates = sorted.map(dateOf);
  const last = dates.length - 1;
  const behind = earlierBefore([...dates].reverse()).reverse();
  return {
    messages: sorted,
    placeOf: new Map(sorted.map((message, place) => [message, place])),
    before: earlierBefore(dates),
    behind: behind.map((place) => last - place),
  };
}

/** For each place the nearest one before it with a smaller value; -1 where there is none. */
function earlierBefore(values: readonly number[]): number[] {
  const links: number[] = [];
  for (const [place, value] of values.entries()) {
    let at = place - 1;
    while (at >= 0 && (values[at] ?? value) >= value) at = links[at] ?? -1;
    links.push(at);
  }
  return links;
}

function dateOf({ row }: Message): number {
  return row.created ?? Number.POSITIVE_INFINITY;
}

function lowestFrom(ids: readonly string[]): string[] {
  const lowest = [...ids];
  for (let at = ids.length - 2; at >= 0; at--) {
    const next = lowest[at + 1] ?? "";
    if (next < (lowest[at] ?? "")) lowest[at] = next;
  }
  return lowest;
}
