/**
 * The rules that explain a class of damage; the first one is the error, where the real program does not take the session.
 * Empty: nothing is told, or a note only.
 */
export const RULES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  pi: {
    "arguments-string": ["invalid-tool-input"],
    bom: ["unreadable-header"],
    "call-aborted": ["aborted-call"],
    "call-missing": ["orphan-tool-result"],
    "call-nameless": ["nameless-call"],
    "content-missing": ["invalid-message"],
    cycle: ["lost-history"],
    "edit-half": ["broken-edit"],
    "edit-string": ["broken-edit"],
    glued: ["broken-line", "lost-history"],
    "header-missing": ["unreadable-header"],
    "header-torn": ["unreadable-header"],
    "id-pattern": ["invalid-tool-call-id"],
    "image-broken": ["unsendable-media"],
    "kept-unknown": ["lost-history"],
    "note-between": ["misplaced-tool-result"],
    "nul-run": ["lost-history", "broken-line"],
    "pair-nameless": ["invalid-tool-call-id", "invalid-tool-name"],
    "parent-missing": ["lost-history"],
    "result-missing": ["missing-tool-result"],
    "result-twice": ["duplicate-tool-result"],
    "signature-empty": ["invalid-thinking"],
    "signature-foreign": ["invalid-thinking"],
    "text-empty": ["empty-message"],
    "torn-last": ["broken-line"],
    "torn-middle": ["broken-line", "lost-history"],
    "two-writers": ["lost-history"],
    "user-between": ["misplaced-tool-result"],
  },
};
