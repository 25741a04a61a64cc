// Runs a tool that is written in TypeScript: node test/tools/run.mjs NAME ARGUMENTS…
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** In the bundle every source file still finds what lies beside it. */
const ownPlace = {
  name: "own place",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8")
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};

const [name, ...args] = process.argv.slice(2);
const outfile = join(import.meta.dirname, "../../dist/tools", `${name}.js`);
await build({
  entryPoints: [join(import.meta.dirname, `${name}.ts`)],
  outfile,
  bundle: true,
  packages: "external",
  plugins: [ownPlace],
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
});
process.argv.splice(1, process.argv.length - 1, outfile, ...args);
await import(pathToFileURL(outfile).href);
