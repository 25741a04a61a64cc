import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { Planter, plantInDatabase } from "../support/hostile.js";
import { run } from "../support/run.js";

const CHROMIUM = process.env.DOCTOR_CHROMIUM ?? "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`skipped: no Chromium at ${CHROMIUM} (apt-get install chromium)`);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TIME = ["--now", "2026-11-21T12:00:00Z"];
const dir = scratch();

/** A page in the browser, and everything that it did besides showing itself. */
interface Opened {
  readonly page: Page;
  readonly problems: string[];
}

describe.skipIf(!hasChromium)("the HTML report in a browser", () => {
  let browser: Browser;
  const ordinary = dir.path("ordinary.html");
  const hostile = dir.path("hostile.html");

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    const write = (input: string, output: string, ...flags: string[]) =>
      run(["scan", input, "--size", "--format", "html", "--output", output, ...flags, ...TIME]);
    await write(join(FIXTURES, "damaged.db"), ordinary);
    const planted = dir.path("planted.db");
    copyFileSync(join(FIXTURES, "damaged.db"), planted);
    plantInDatabase(planted, new Planter(["texts", "words", "keys"]));
    await write(planted, hostile, "--show-titles", "--show-content");
  });
  afterAll(async () => {
    await browser?.close();
    dir.remove();
  });

  async function open(file: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const page = await (await browser.newContext(options)).newPage();
    const problems: string[] = [];
    const own = pathToFileURL(file).href;
    page.on("console", (message) => problems.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (request.url() !== own) problems.push(`request: ${request.url()}`);
    });
    await page.goto(own);
    return { page, problems };
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations: found } = await page.evaluate<AxeResults>("axe.run()");
    return found
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }

  const looks: [string, BrowserContextOptions, "print" | "screen"][] = [
    ["light", { colorScheme: "light" }, "screen"],
    ["dark", { colorScheme: "dark" }, "screen"],
    ["print", { colorScheme: "dark" }, "print"],
    ["360 px wide", { colorScheme: "light", viewport: { width: 360, height: 740 } }, "screen"],
  ];
  test.each(looks)("%s: accessible, silent, and no wider than the window", async (_, options, media) => {
    for (const file of [ordinary, hostile]) {
      const { page, problems } = await open(file, options);
      await page.emulateMedia({ media });
      expect(await violations(page)).toEqual([]);
      const [width, room] = await page.evaluate<number[]>(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
      );
      expect(width).toBeLessThanOrEqual(room ?? 0);
      expect(problems).toEqual([]);
      await page.context().close();
    }
  });

  test("the colours follow the user's choice, and print is light", async () => {
    const background = async (colorScheme: "light" | "dark", media: "screen" | "print") => {
      const { page } = await open(ordinary, { colorScheme });
      await page.emulateMedia({ media, colorScheme });
      const color = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      await page.context().close();
      return color;
    };
    expect(await background("light", "screen")).toBe("rgb(247, 246, 243)");
    expect(await background("dark", "screen")).toBe("rgb(21, 23, 26)");
    expect(await background("dark", "print")).toBe("rgb(255, 255, 255)");
  });

  test("without JavaScript everything is there but the copy buttons, and the lists filter", async () => {
    const { page, problems } = await open(ordinary, { javaScriptEnabled: false });
    const articles = page.locator("article");
    expect(await articles.count()).toBe(4);
    for (const article of await articles.all()) {
      expect(await article.isVisible()).toBe(true);
      expect(await article.locator("svg").first().isVisible()).toBe(true);
      expect(await article.locator("pre").textContent()).toMatch(/^doctor /);
    }
    expect(await page.locator("button").filter({ visible: true }).count()).toBe(0);
    await page.getByLabel("Folder", { exact: true }).selectOption("api");
    expect(await articles.filter({ visible: true }).count()).toBe(1);
    expect(await articles.filter({ visible: true }).textContent()).toContain("tool call id used twice");
    await page.getByLabel("Damage", { exact: true }).selectOption("two steps glued into one message");
    expect(await articles.filter({ visible: true }).count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("with JavaScript a button copies the command, or selects it", async () => {
    const { page, problems } = await open(ordinary);
    const button = page.locator("button").first();
    expect(await button.isVisible()).toBe(true);
    await button.click();
    await page.waitForFunction("document.querySelector('button').textContent !== 'Copy'");
    expect(await button.textContent()).toMatch(/^(Copied|Selected)/);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("hostile strings show as text, and do nothing", async () => {
    const { page, problems } = await open(hostile);
    expect(
      await page.getByText("<script>alert(1)</script>").filter({ visible: true }).count(),
    ).toBeGreaterThan(0);
    expect(await page.locator("script").count()).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("the policy keeps a foreign script and a foreign picture out", async () => {
    const forced = dir.path("forced.html");
    const page = readFileSync(ordinary, "utf8");
    writeFileSync(
      forced,
      page.replace(
        "</main>",
        '<script>document.title="owned"</script><img src="http://127.0.0.1:9/x"/></main>',
      ),
    );
    const opened = await open(forced);
    expect(await opened.page.title()).not.toBe("owned");
    expect(opened.problems.some((problem) => /Content Security Policy/.test(problem))).toBe(true);
    await opened.page.context().close();
  });
});
