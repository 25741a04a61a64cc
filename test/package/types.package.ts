import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratch } from "../support/fixtures.js";
import { SRC } from "../support/sources.js";

const ROOT = join(SRC, "..");
const dir = scratch();
afterAll(dir.remove);
const installed = dir.path("node_modules/session-doctor");
const main = dir.path("main.ts");

const PROGRAM = `import { type MendedMessages, mendMessages, type Report, scan } from "session-doctor";
const history = [{ role: "user", content: [{ type: "text", text: "hello" }] }];
const mended: MendedMessages<{ role: string }> = mendMessages(history, { format: "anthropic" });
const report: Report = await scan("nowhere.db");
const unread: number = report.summary.unread;
// @ts-expect-error a format that is not known
export const wrong = () => mendMessages(history, { format: "fax" });
export const answer = { same: mended.messages === history, unread, incomplete: report.incomplete };
`;

/** Packs the package and unpacks it into a project that has no package beside it. */
beforeAll(() => {
  const shell = process.platform === "win32";
  execFileSync("npm", ["run", "--silent", "types"], { cwd: ROOT, stdio: "inherit", shell });
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", dir.folder];
  execFileSync("npm", pack, { cwd: ROOT, shell });
  mkdirSync(installed, { recursive: true });
  const archive = readdirSync(dir.folder).find((name) => name.endsWith(".tgz")) ?? "";
  execFileSync("tar", ["-xzf", archive, "--strip-components", "1", "-C", "node_modules/session-doctor"], {
    cwd: dir.folder,
  });
  writeFileSync(dir.path("package.json"), '{ "type": "module" }');
  writeFileSync(main, PROGRAM);
}, 300_000);

const { ModuleKind, ModuleResolutionKind } = ts;
test.each([
  ["node16", ModuleKind.Node16, ModuleResolutionKind.Node16],
  ["nodenext", ModuleKind.NodeNext, ModuleResolutionKind.NodeNext],
  ["bundler", ModuleKind.ESNext, ModuleResolutionKind.Bundler],
])(
  "the types compile strictly with %s, without the types of Node or of SQLite",
  (_, module, moduleResolution) => {
    const program = ts.createProgram([main], {
      module,
      moduleResolution,
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
    });
    const told = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(told).toEqual([]);
    const files = program.getSourceFiles().map(({ fileName }) => fileName);
    const own = files.filter((name) => !name.includes("/typescript/lib/"));
    expect(own.map((name) => name.slice(name.lastIndexOf("/") + 1)).sort()).toEqual([
      "index.d.ts",
      "main.ts",
    ]);
  },
);

test("the package runs where only its dependencies are installed", () => {
  symlinkSync(join(ROOT, "node_modules"), join(installed, "node_modules"), "junction");
  const { outputText } = ts.transpileModule(PROGRAM, {
    compilerOptions: { module: ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(dir.path("main.js"), `${outputText}\nconsole.log(JSON.stringify(answer));`);
  const { stdout, stderr } = spawnSync(process.execPath, ["main.js"], { cwd: dir.folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ same: true, unread: 1, incomplete: true });
});
