import type { JsonObject } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";
import type { Feature } from "../replay/versions.js";

/** The place that strict readers of earlier versions refuse in a message, though the newest version takes it. */
export function refusedByOlder({ role, time, error }: JsonObject) {
  if (role === "user" && isObject(time) && typeof time.created === "number" && time.created % 1 !== 0)
    return { path: "$.time.created", expected: "integer", ...on("wholePromptTimes") };
  if (role === "assistant" && isObject(error) && error.name === "ContentFilterError")
    return { path: "$.error", expected: "an error that the version knows", ...on("noContentFilter") };
  return undefined;
}

function on(feature: Feature) {
  return { on: feature, isOnlyInUse: true };
}
