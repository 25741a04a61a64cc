import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export const SRC = join(import.meta.dirname, "../../src");

/** The TypeScript files of a folder and of those in it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}
