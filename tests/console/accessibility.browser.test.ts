import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, picture, reached, startConsoleTest } from "./console-test.ts";
import { enterSettings } from "./enter-settings.ts";
import { hostileText } from "./hostile-text.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What a page is called, how to get there, and what of it must be there before it is judged. */
type Stop = readonly [name: string, path: string, isReady: (page: Page) => Promise<unknown>];

describe.skipIf(isBrowserMissing)("every page", () => {
  let test: ConsoleTest;
  let splunk: HecSimulator;
  let org: string;
  let id: string;
  let stops: readonly Stop[];

  beforeAll(async () => {
    test = await startConsoleTest();
  });
  // The server limits how often one organisation's dead letters and recent events are read in a minute.
  beforeEach(async () => {
    org = freshOrg();
    splunk = await startHecSimulator({});
    const delivery = { flush_interval: 1, max_retries: 0, on_exhausted: "dead_letter" };
    const body = { connector_type: "splunk_hec", name: "Security operations", config: splunk.config, delivery };
    id = (await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body)).json.id;
    await test.publish(org, 40);
    await reached(41, () => splunk.ids.length);
    splunk.faults.set("503");
    await test.publish(org, 5, { message: hostileText });
    await test.deadLetters(org, 5);
    splunk.faults.set([]);
    const at = `/org/${org}/destinations/${id}`;
    stops = [
      [
        "operator",
        "/operator",
        (page) =>
          page
            .getByRole("row", { name: new RegExp(org) })
            .first()
            .waitFor(),
      ],
      [
        "global",
        "/operator/destinations/company-wide",
        (page) => page.getByRole("heading", { name: "Last attempts" }).waitFor(),
      ],
      ["overview", `/org/${org}/destinations`, (page) => page.getByRole("link", { name: "5 dead letters" }).waitFor()],
      ["empty", `/org/${freshOrg()}/destinations`, (page) => page.getByText("No SIEM is connected yet").waitFor()],
      ["choose", `/org/${org}/connect`, (page) => page.getByRole("link", { name: "Splunk" }).waitFor()],
      ["settings", `/org/${org}/connect/elastic`, (page) => page.getByText("Files to apply").waitFor()],
      ["destination", at, (page) => page.locator("canvas").first().waitFor()],
      ["events", `${at}/events`, writesConditions],
      ["test", `/org/${org}/connect/splunk_hec`, (page) => tests(page, splunk.config)],
      ["start", `/org/${org}/connect/splunk_hec`, (page) => starts(page, splunk.config)],
      ["change", `${at}/settings`, (page) => page.getByRole("button", { name: "Save" }).waitFor()],
      ["delete", `${at}/settings`, (page) => page.getByRole("button", { name: "Delete" }).click()],
      [
        "dead-letters",
        `${at}/dead-letters`,
        (page) =>
          page
            .getByRole("button", { name: /^Read:/ })
            .first()
            .click(),
      ],
      ["replay", `${at}/dead-letters`, (page) => page.getByRole("button", { name: "Replay", exact: true }).click()],
      ["purge", `${at}/dead-letters`, (page) => page.getByRole("button", { name: "Purge", exact: true }).click()],
      ["links", `/org/${org}/links`, (page) => page.getByRole("button", { name: "Create link" }).click()],
      ["tap", `/org/${org}/live`, (page) => page.getByRole("heading", { name: "Live events" }).waitFor()],
      ["unknown", "/what", (page) => page.getByRole("heading", { name: "There is no such page" }).first().waitFor()],
    ];
  });
  afterEach(() => splunk?.close());
  afterAll(() => test?.close());

  async function visit(page: Page, see: (name: string) => Promise<void>): Promise<void> {
    await page.goto(`${test.origin}/console/`);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await see("sign-in");
    await page.getByLabel("Access token").fill(test.adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Operator" }).waitFor();
    for (const [name, path, isReady] of stops) {
      // Off the page first, so that no dialog of the page before is left.
      await page.goto(`${test.origin}/console/#/what/else`);
      await page.goto(`${test.origin}/console/#${path}`);
      await isReady(page);
      await see(name);
    }
  }

  it.each(["light", "dark"] as const)("has no violation that axe finds, in %s", async (colorScheme) => {
    const page = await test.open({ colorScheme, reducedMotion: "reduce" });
    const found: string[] = [];
    await visit(page, async (name) => {
      found.push(...(await violationsOf(page, name)));
      if (colorScheme === "light" && PICTURED.has(name)) await picture(page, name);
    });
    await page.context().close();
    expect(found).toEqual([]);
    test.noComplaints();
  });

  it("has none in German, in dark, and with a paused destination either", async () => {
    const delivery = { flush_interval: 1, paused: true };
    const body = { connector_type: "splunk_hec", name: "Pausiert", config: splunk.config, delivery };
    const { json: paused } = await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body);
    const page = await test.open({ colorScheme: "dark", locale: "de-DE", reducedMotion: "reduce" });
    await page.goto(`${test.origin}/console/`);
    await page.getByLabel("Zugriffstoken").fill(test.adminToken);
    await page.getByRole("button", { name: "Anmelden" }).click();
    const at = `/org/${org}/destinations`;
    const german = ["/operator", at, `${at}/${paused.id}`, `${at}/${paused.id}/events`, `${at}/${id}/dead-letters`];
    const found: string[] = [];
    for (const path of [...german, `/org/${org}/connect/qradar`, `/org/${org}/live`, `/org/${org}/links`]) {
      await page.goto(`${test.origin}/console/#/what/else`);
      await page.getByRole("heading", { name: "Diese Seite gibt es nicht" }).first().waitFor();
      await page.goto(`${test.origin}/console/#${path}`);
      await page.getByRole("heading", { name: "Diese Seite gibt es nicht" }).first().waitFor({ state: "detached" });
      await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
      found.push(...(await violationsOf(page, path)));
    }
    await page.context().close();
    expect(found).toEqual([]);
    test.noComplaints();
  });

  it.each([
    ["320 pixels wide", { width: 320, height: 640 }, 1],
    ["at a zoom of 200 %", { width: 640, height: 480 }, 2],
  ])("needs no scrolling sideways, %s", async (_how, viewport, deviceScaleFactor) => {
    const page = await test.open({ viewport, deviceScaleFactor, reducedMotion: "reduce" });
    const wide: string[] = [];
    await visit(page, async (name) => {
      const over = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      if (over > 0) wide.push(`${name} by ${over} px`);
    });
    await page.context().close();
    expect(wide).toEqual([]);
    test.noComplaints();
  });
});

async function violationsOf(page: Page, name: string): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate<Violation[]>("axe.run().then(({ violations }) => violations)");
  return violations.flatMap(({ id: rule, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${name}: ${rule}: ${html}\n${failureSummary}`),
  );
}

/** Each kind of row of the form for filter and redaction, with an event before and after. */
async function writesConditions(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByText("Sampling", { exact: true }).click();
  await page.getByRole("button", { name: "Add a class" }).click();
  await page.getByRole("button", { name: "Add a redaction" }).click();
  await page.locator("#redact-0-path").fill("actor.user.name");
  await page.locator("#redact-0-action").selectOption("Only its end stays");
  await page.getByRole("region", { name: "After", exact: true }).waitFor();
}

async function tests(page: Page, config: Readonly<Record<string, unknown>>): Promise<void> {
  await enterSettings(page, config);
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText("The connection works", { exact: true }).first().waitFor();
}

async function starts(page: Page, config: Readonly<Record<string, unknown>>): Promise<void> {
  await tests(page, config);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Which events" }).waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Save and start" }).waitFor();
}

const PICTURED = new Set(["operator", "overview", "destination"]);
