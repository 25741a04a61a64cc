import { defineStore, inOrder } from "../store.js";
import type { InstaticConversation } from "./decode.js";
import { discoverInstatic } from "./discover.js";
import { type InstaticEdits, instaticEdits, settleBelowLast, settlePositions } from "./edits.js";
import { instaticHost } from "./host.js";
import { openInstatic } from "./reader.js";
import * as rules from "./rules/index.js";
import { serverNotes } from "./server.js";
import { hasRuntimeMigration, MIGRATIONS, TABLES, WORKING } from "./tables.js";

/** The Instatic CMS: one row a message; a tool call and its result are rows of their own. */
export const instatic = defineStore<InstaticConversation, InstaticEdits>({
  id: "instatic",
  title: "Instatic",
  hosts: [instaticHost],
  showsPosition: true,
  discover: discoverInstatic,
  database: {
    tables: TABLES,
    alsoReads: [MIGRATIONS],
    isIt: hasRuntimeMigration,
    open: openInstatic,
    edits: instaticEdits,
    settle: settlePositions,
    working: WORKING,
    server: { settle: settleBelowLast, notes: serverNotes },
  },
  rules: inOrder(rules),
});
