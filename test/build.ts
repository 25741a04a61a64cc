import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";

/** The command line and its threads are tested as they ship: bundled once before all tests. */
export default function build(): void {
  rmSync("dist", { recursive: true, force: true });
  execFileSync("npm", ["run", "--silent", "bundle"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}
