import { defineStore, inOrder } from "../store.js";
import { requestForm } from "./document.js";
import type { RequestEdits } from "./edits.js";
import * as rules from "./rules/index.js";
import type { RequestConversation } from "./transcript.js";

/** Captured requests to providers, and messages that a program holds in memory. */
export const request = defineStore<RequestConversation, RequestEdits>({
  id: "request",
  title: "request",
  hosts: [],
  showsPosition: true,
  isAnonymous: true,
  isForItsReaders: true,
  document: requestForm,
  rules: inOrder(rules),
});
