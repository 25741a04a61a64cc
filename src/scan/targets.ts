/** Where the user wants to take a file. */
export const TARGETS = ["opencode-2"] as const;
export type Target = (typeof TARGETS)[number];
