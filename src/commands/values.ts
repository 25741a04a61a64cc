import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { InvalidArgumentError } from "commander";
import coerce from "semver/functions/coerce.js";
import valid from "semver/functions/valid.js";
import { RULEBOOK, ruleById } from "../judge/rulebook.js";
import type { Move } from "../model/move.js";
import { didYouMean } from "../nearest.js";
import { PROVIDERS, providerNamed } from "../providers/providers.js";

/** The parsers of the values of flags and settings. Each throws InvalidArgumentError where a value is wrong. */

/** The id of a rule. */
export function knownRule(id: string): string {
  if (ruleById(id)) return id;
  const near = didYouMean(
    id,
    RULEBOOK.map((rule) => rule.id),
  );
  throw new InvalidArgumentError(`no rule "${id}"${near || "; doctor rules lists them"}`);
}

/** The id of the provider that is called so. */
export function knownProvider(name: string): string {
  const provider = providerNamed(name);
  if (provider) return provider.id;
  const ids = PROVIDERS.map(({ id }) => id);
  const near = didYouMean(name, [...ids, ...PROVIDERS.flatMap(({ aliases = [] }) => aliases)]);
  throw new InvalidArgumentError(`no provider "${name}"${near || `; known: ${ids.join(", ")}`}`);
}

/** Parses a version such as `1.18` or `1.18.34`. */
export function version(value: string): string {
  const found = valid(value) ?? (/^\d{1,9}(\.\d{1,9})?$/.test(value) ? coerce(value)?.version : undefined);
  if (!found) throw new InvalidArgumentError("a version such as 1.18.34");
  return found;
}

/** Parses the number of a repair, such as `2` or `#2`. */
export function repairNumber(value: string): number {
  return wholeNumber(value.replace(/^#/, ""));
}

/** Parses a whole number from 1. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a whole number from 1");
  return number;
}

/** Parses `OLD=NEW`, two absolute directories. NEW must exist on this machine. */
export function moveOf(value: string, all: Move[] = []): Move[] {
  const at = value.indexOf("=");
  const [from, to] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || to === "") throw new InvalidArgumentError("a move such as /old/place=/new/place");
  if (!isAbsolute(to) || !statSync(to, { throwIfNoEntry: false })?.isDirectory())
    throw new InvalidArgumentError(`${to} is no directory of this machine, by its whole path`);
  return [...all, { from, to }];
}

/** Parses a time: ISO 8601, or ms since 1970. */
export function time(value: string): number {
  const ms = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(ms)) throw new InvalidArgumentError("a time: ISO 8601, or ms since 1970");
  return ms;
}
