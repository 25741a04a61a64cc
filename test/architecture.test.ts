import { readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";
import { providerById } from "../src/providers/providers.js";
import { STORES } from "../src/stores/index.js";
import { filesBelow, SRC } from "./support/sources.js";

const SOURCES = new Map(
  filesBelow(SRC).map((path) => [relative(SRC, path).replaceAll("\\", "/"), readFileSync(path, "utf8")]),
);

/** The files of src that a file imports, types included. */
function importsOf(file: string): string[] {
  const specifiers = (SOURCES.get(file) ?? "").matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)\.js"/g);
  return [...specifiers].map(([, path]) =>
    normalize(join(dirname(file), `${path}.ts`)).replaceAll("\\", "/"),
  );
}

/** From the top down: a file imports from its own layer or from those below it. */
const LAYERS = [
  ["main.ts", "cli.ts", "index.ts", "opencode.ts", "ai-sdk.ts"],
  ["mend-messages.ts"],
  ["commands/"],
  ["reporters/"],
  ["repair/"],
  ["scan/"],
  ["judge/"],
  ["stores/"],
  ["rules/"],
  ["providers/", "files/"],
  ["model/", "errors.ts", "version.ts", "interrupts.ts", "exit-code.ts", "escapes.ts", "nearest.ts"],
];

function layerOf(file: string): number {
  return LAYERS.findIndex((layer) =>
    layer.some((name) => (name.endsWith("/") ? file.startsWith(name) : file === name)),
  );
}

/** Violations that still stand; the lists may only shrink. */
const ALLOWED = { upward: [] as string[], circles: [] as string[], names: [] as string[] };

test("every file belongs to a layer", () => {
  expect([...SOURCES.keys()].filter((file) => layerOf(file) < 0)).toEqual([]);
});

test("every import of a file of src is found", () => {
  const missing = [...SOURCES.keys()].flatMap((file) => importsOf(file).filter((to) => !SOURCES.has(to)));
  expect(missing).toEqual([]);
});

test("every import points downwards", () => {
  const upward = [...SOURCES.keys()].flatMap((file) =>
    importsOf(file)
      .filter((to) => layerOf(to) < layerOf(file))
      .map((to) => `${file} -> ${to}`),
  );
  expect(upward.filter((arrow) => !ALLOWED.upward.includes(arrow))).toEqual([]);
});

test("the shared rules see the model and the providers only", () => {
  const arrows = [...SOURCES.keys()]
    .filter((file) => file.startsWith("rules/"))
    .flatMap((file) =>
      importsOf(file)
        .filter((to) => !/^(rules|model|providers)\//.test(to))
        .map((to) => `${file} -> ${to}`),
    );
  expect(arrows).toEqual([]);
});

test("a store imports nothing of another store", () => {
  const ids = STORES.map(({ id }) => id);
  const arrows = [...SOURCES.keys()].flatMap((file) => {
    const own = ids.find((id) => file.startsWith(`stores/${id}/`));
    if (!own) return [];
    const others = ids.filter((id) => id !== own);
    return importsOf(file)
      .filter((to) => to === "stores/index.ts" || others.some((id) => to.startsWith(`stores/${id}/`)))
      .map((to) => `${file} -> ${to}`);
  });
  expect(arrows).toEqual([]);
});

test("no files import each other in a circle, types included", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      circles.push([...path.slice(at), file].join(" -> "));
      return;
    }
    if (done.has(file)) return;
    for (const to of importsOf(file)) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of SOURCES.keys()) walk(file, []);
  expect(circles.filter((circle) => !ALLOWED.circles.includes(circle))).toEqual([]);
});

test("only the program changes its process, and only while a library loads its environment", () => {
  const changes = [...SOURCES].flatMap(([file, text]) =>
    [
      ...text.matchAll(
        /setFlagsFromString\(|process\.env(\.\w+|\[[^\]]+\]) = |process\.exitCode = |process\.chdir\(/g,
      ),
    ].map(([change]) => `${file}: ${change}`),
  );
  expect([...new Set(changes)]).toEqual([
    "commands/engine.ts: setFlagsFromString(",
    "files/driver.ts: process.env.SQLITE_USE_URI = ",
  ]);
});

/** The words that only a store's own folder, the list of stores and prose may use; some stores are named as providers are. */
const NAMES = ["kilo", ...STORES.map(({ id }) => id)].filter((id) => id !== "request" && !providerById(id));
const FOLDERS = STORES.map(({ id }) => id).filter((id) => id !== "request");

test("no store is named outside its folder", () => {
  const name = new RegExp(`["'\`](${NAMES.join("|")})(["'\`]|-\\d)|stores/(${FOLDERS.join("|")})/`);
  const named = [...SOURCES].flatMap(([file, text]) => {
    if (file.startsWith("stores/") && file !== "stores/store.ts") return [];
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const lines = code.split("\n").filter((line) => name.test(line));
    return lines.map((line) => `${file}: ${line.trim()}`);
  });
  expect(named.filter((line) => !ALLOWED.names.includes(line))).toEqual([]);
});
