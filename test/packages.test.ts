import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import project from "../package.json" with { type: "json" };
import lock from "../package-lock.json" with { type: "json" };
import { filesBelow, SRC } from "./support/sources.js";

const ROOT = join(SRC, "..");

/** The bundle, by the flags of the script that makes it. */
async function bundle() {
  const flags = project.scripts.bundle.split(" ");
  const { metafile } = await build({
    entryPoints: flags.filter((flag) => flag.endsWith(".ts")),
    external: flags.flatMap((flag) => /^--external:(.+)$/.exec(flag)?.[1] ?? []),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    outdir: "dist",
    write: false,
    metafile: true,
    absWorkingDir: ROOT,
  });
  const inside = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  const outside = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !path.startsWith("node:"))
    .map(({ path }) => path);
  return { inside: [...new Set(inside)].sort(), outside };
}

/** Packages that are loaded at run time, past the bundler. Modules of a runtime itself are none. */
function required(): string[] {
  return filesBelow(SRC)
    .flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/createRequire\([^)]*\)\("([^".]+)"\)/g)].map(
        ([, name]) => name ?? "",
      ),
    )
    .filter((name) => !name.startsWith("bun:"));
}

test("what the bundle holds is a dev dependency, what it loads is a dependency", async () => {
  const { inside, outside } = await bundle();
  expect(inside.filter((name) => !(name in project.devDependencies))).toEqual([]);
  const optional = Object.keys(project.peerDependenciesMeta);
  expect([...new Set([...outside, ...required()])].sort()).toEqual(
    [...Object.keys(project.dependencies), ...optional].sort(),
  );
});

test("the lock file names the same packages as package.json", () => {
  const { dependencies, devDependencies, peerDependencies } = lock.packages[""];
  expect(peerDependencies).toEqual(project.peerDependencies);
  expect(dependencies).toEqual(project.dependencies);
  expect(devDependencies).toEqual(project.devDependencies);
});

test("the lock file holds the packages of every platform", () => {
  const names = Object.keys(lock.packages);
  for (const platform of ["linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64", "win32-x64"])
    expect(names).toContain(`node_modules/@esbuild/${platform}`);
});

test("CI and the documents install by the lock file", () => {
  for (const name of [".ci/run", "README.md", "CONTRIBUTING.md"])
    expect(readFileSync(join(ROOT, name), "utf8"), name).toContain("npm ci");
});
