import { defineStore, inOrder } from "../store.js";
import type { OpencodeConversation } from "./decode/session.js";
import { discoverOpencode } from "./discover.js";
import { IMPORT } from "./effects.js";
import { ERRORS } from "./errors.js";
import { exportForm } from "./export/document.js";
import { exporter } from "./export/exporter.js";
import { opencodeHost } from "./host.js";
import { refuseImported } from "./imported.js";
import { JOURNALS, kiloHost } from "./kilo.js";
import { type OpencodeEdits, opencodeEdits } from "./mend/edits.js";
import { openOpencode } from "./reader.js";
import * as rules from "./rules/index.js";
import { EVENT_LOG, TABLES } from "./tables.js";

/** opencode and its forks: a session's messages and their parts are rows; a tool call and its result are one part. */
export const opencode = defineStore<OpencodeConversation, OpencodeEdits>({
  id: "opencode",
  title: "opencode",
  hosts: [opencodeHost],
  forks: [kiloHost],
  errors: ERRORS,
  targets: [IMPORT],
  discover: discoverOpencode,
  database: {
    tables: TABLES,
    alsoReads: ["session_v2", "kv", ...JOURNALS],
    open: (db) => openOpencode(db),
    edits: opencodeEdits,
    refuse: refuseImported,
    exporter,
    eventLog: EVENT_LOG,
  },
  document: exportForm,
  rules: inOrder(rules),
});
