import { defineStore, inOrder } from "../store.js";
import type { PiConversation } from "./conversation.js";
import { discoverPi } from "./discover.js";
import type { PiEdits } from "./edits.js";
import { ERRORS } from "./errors.js";
import { linesForm } from "./form.js";
import { piHost } from "./host.js";
import * as rules from "./rules/index.js";

/** pi, the coding agent: one file of JSON Lines a session, a tree of entries of which the last line's branch is sent. */
export const pi = defineStore<PiConversation, PiEdits>({
  id: "pi",
  title: "pi",
  hosts: [piHost],
  errors: ERRORS,
  discover: discoverPi,
  lines: linesForm,
  rules: inOrder(rules),
});
