import { execFileSync } from "node:child_process";

/** The command line and its threads are tested as they ship: built once before all tests. */
export default function build(): void {
  execFileSync("npm", ["run", "--silent", "build"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}
