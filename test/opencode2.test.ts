import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import satisfies from "semver/functions/satisfies.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scan } from "../src/index.js";
import { present } from "../src/model/present.js";
import type { Finding } from "../src/model/report.js";
import { providerById } from "../src/providers/providers.js";
import { readOne } from "../src/scan/one.js";
import { CORPUS, scratch } from "./support/fixtures.js";
import { replayed } from "./support/judging.js";

/** Minimal databases with the real programs' verdicts. They stand beside the project on some machines only. */
const ARCHIVE = join(CORPUS, "opencode2.tar.xz");
/** When the programs were run: the clock of the next prompt. */
const NOW = Date.parse("2026-11-27T12:00:00Z");

/** The answers of the real program of the version to the file. */
interface Measured {
  readonly file: string;
  readonly version: string;
  readonly api: "anthropic" | "openai";
  readonly session: string;
  readonly verdict: string;
  /** Status of `GET /session/:id`, and of `GET /session/:id/message`. */
  readonly get: number;
  readonly open: number;
}

/** The answers of the tool to the same. */
interface Foreseen {
  readonly verdict: string;
  readonly get: boolean;
  readonly open: boolean;
}

/** Files that the harness cannot decide, and why. */
const UNDECIDED: Readonly<Record<string, string>> = {};

const WIRE = { anthropic: "anthropic", openai: "openai-chat" } as const;

async function foresee(path: string, { session, version, api }: Measured): Promise<Foreseen> {
  const { conversation } = await readOne(path, session, {}, true);
  const { verdict } = replayed(conversation, present(providerById(WIRE[api])), version, NOW);
  const { findings } = await scan(path, { hostVersion: version, now: NOW });
  const isUnreadable = (of: (finding: Finding) => boolean) =>
    findings
      .filter(of)
      .some(({ effects }) =>
        effects.some(
          ({ effect, target, hosts }) =>
            effect === "unreadable" && target === "opencode" && (!hosts || satisfies(version, hosts)),
        ),
      );
  const isListed = ({ rule }: Finding) => rule === "unlistable-session";
  return { verdict, get: !isUnreadable(isListed), open: !isUnreadable((finding) => !isListed(finding)) };
}

const here = scratch();
afterAll(here.remove);

describe.skipIf(!existsSync(ARCHIVE))(
  "minimal databases of real programs (skipped without the shared corpus)",
  () => {
    let measured: Measured[] = [];
    beforeAll(() => {
      execFileSync("tar", ["xJf", ARCHIVE, "-C", here.folder]);
      measured = JSON.parse(readFileSync(here.path("results-x.json"), "utf8")) as Measured[];
    });

    test("every file and API as the real program", async () => {
      const wrong: string[] = [];
      for (const one of measured) {
        const seen = await foresee(join(here.folder, "x", one.file), one);
        // A session that cannot be got cannot be opened either: the list tells of it.
        const real: Foreseen = {
          verdict: one.verdict,
          get: one.get === 200,
          open: one.open === 200 || one.open === 500,
        };
        const differ = Object.entries(real).filter(([key, value]) => seen[key as keyof Foreseen] !== value);
        for (const [key, value] of differ)
          wrong.push(`${one.file} ${one.api} ${key}: ${value}, foreseen ${seen[key as keyof Foreseen]}`);
      }
      console.log(wrong.join("\n"));
      expect(wrong.filter((line) => !Object.hasOwn(UNDECIDED, line))).toEqual([]);
    }, 120_000);
  },
);
