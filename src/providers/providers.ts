/**
 * This table tells what each provider accepts and refuses in a request: one entry for each provider.
 * Rules read the table; no other file distinguishes providers.
 */
import { anthropic, bedrock, NAME } from "./anthropic.js";
import {
  cerebras,
  chatTemplate,
  deepseek,
  glm,
  groq,
  kimi,
  minimax,
  mistral,
  openaiCompatible,
} from "./chat.js";
import { gemini } from "./gemini.js";
import { openaiChat, openaiResponses } from "./openai.js";
import type { BodyFormat, ImageLimits, Provider } from "./provider.js";

export type { BodyFormat, ImageLimits, Provider, Wire } from "./provider.js";

export const PROVIDERS: readonly Provider[] = [
  anthropic,
  openaiChat,
  openaiResponses,
  gemini,
  bedrock,
  mistral,
  deepseek,
  minimax,
  kimi,
  glm,
  groq,
  cerebras,
  openaiCompatible,
  chatTemplate,
];

/**
 * Not a provider, but what all providers demand. Rows that a host sends as they are stored are judged by it: it finds
 * the damage, and the providers tell who refuses it.
 */
export const AS_STORED: Provider = {
  id: "as-stored",
  wire: "anthropic",
  certainty: "documented",
  foldsRoles: true,
  pairing: "adjacent",
  resultsFirst: true,
  ids: { pattern: /^[a-zA-Z0-9_-]+$/, max: 64, unique: "conversation" },
  names: NAME,
  objectInput: true,
  refusesEmptyText: true,
  refusesBlankText: "alone",
  refusesEmptyMessage: true,
  refusesEmptyError: true,
  refusesLoneSurrogate: true,
  errors: {},
};

/**
 * The strictest limits of all providers: every provider accepts as many images within them. Some have a lower limit for the
 * sides where a request has many images; it holds here for any number of them.
 */
export const SAFE_IMAGES = {
  types: smallestTypes(),
  side: smallest(({ side, many }) => [side, many?.side]),
  bytes: smallest(({ bytes }) => [bytes]),
  count: smallest(({ count }) => [count]),
};

function smallest(limits: (images: ImageLimits) => (number | undefined)[]): number {
  return Math.min(
    ...PROVIDERS.flatMap(({ images }) => (images ? limits(images) : [])).filter(
      (limit) => limit !== undefined,
    ),
  );
}

function smallestTypes(): readonly string[] {
  const [some = [], ...others] = PROVIDERS.flatMap(({ images }) => (images?.types ? [images.types] : []));
  return some.filter((type) => others.every((list) => list.includes(type)));
}

/** The provider that people call by this name: by its id, or by one of its aliases. */
export function providerNamed(name: string): Provider | undefined {
  const word = name.toLowerCase();
  return providerById(word) ?? PROVIDERS.find(({ aliases }) => aliases?.includes(word));
}

export function providerById(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}

const bodies = new Map<Provider, Map<string, Provider>>();

/** The row as it holds for captured bodies of a format; the same object for each call. */
export function inBody(provider: Provider, format: string | undefined): Provider {
  const more = format === undefined ? undefined : provider.over?.[format as BodyFormat];
  if (format === undefined || !more) return provider;
  const known = bodies.get(provider) ?? new Map<string, Provider>();
  bodies.set(provider, known);
  const row = known.get(format) ?? { ...provider, ...more };
  known.set(format, row);
  return row;
}

/** True if bodies of this format are in the provider's own words. */
export function speaks({ wire, over }: Provider, format: string | undefined): boolean {
  return wire === format || (format !== undefined && over !== undefined && Object.hasOwn(over, format));
}

/** The provider's words for a rule, with the place and the id filled in. */
export function errorText(
  provider: Provider,
  rule: string,
  at: { n?: number; id?: string },
): string | undefined {
  return provider.errors[rule]?.replaceAll("{n}", String(at.n ?? "N")).replaceAll("{id}", at.id ?? "");
}

/**
 * True if the provider checks the thinking of this model. Thinking of another maker's model comes from a copy of the API
 * and is not checked.
 */
export function checksThinkingOf(
  { checksThinking, ownThinking }: Provider,
  model: string | undefined,
): boolean {
  return (
    checksThinking === true && (model === undefined || ownThinking === undefined || ownThinking.test(model))
  );
}

/** True if some provider accepts signed thinking without its text from this model. */
export function mayOmitThinking(model: string): boolean {
  return PROVIDERS.some(({ omitsThinking }) => omitsThinking?.test(model));
}
