import type { Json } from "../model/conversation.js";
import type { Place } from "../model/report.js";
import type { JsonPath } from "./json-places.js";

/** A text that is no JSON by itself and holds a value: YAML, or a command. */
export interface HoldingText {
  readonly value: Json;
  placesOf(paths: readonly JsonPath[]): (Place | undefined)[];
  /** Puts the strings that differ in their place; every other byte stays. */
  render(changed: Json): string;
}
