import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Simulator } from "@arbitex/simulators";
import { simulators } from "@arbitex/simulators";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, picture, startConsoleTest } from "./console-test.ts";
import { enterSettings } from "./enter-settings.ts";

const SEVEN = ["splunk_hec", "elastic", "sentinel", "datadog", "sumo_logic", "qradar", "cortex_xsiam"];

describe.skipIf(isBrowserMissing)("the wizard", () => {
  let test: ConsoleTest;
  const opened: Simulator[] = [];

  beforeAll(async () => {
    test = await startConsoleTest();
  });
  afterEach(async () => {
    test.noComplaints();
    await Promise.all(opened.splice(0).map((simulator) => simulator.close()));
  });

  /** The wizard of one SIEM, opened by a set-up link. */
  async function openWizard(org: string): Promise<Page> {
    const page = await test.open();
    await page.goto(await test.setupLink(org));
    await page.getByRole("heading", { name: "Destinations" }).waitFor();
    expect(page.url()).not.toContain("setup=");
    await page.getByRole("navigation").getByRole("link", { name: "Connect a SIEM" }).click();
    return page;
  }

  function opens<S extends Simulator>(simulator: S): S {
    opened.push(simulator);
    return simulator;
  }
  afterAll(() => test?.close());

  // At the same time: each waits for seconds until its destination's first batch is due.
  it("leads from a set-up link to the first delivered event for each of the seven SIEMs", async () => {
    await Promise.all(
      SEVEN.map(async (type) => {
        const simulator = opens(await startSimulator(type));
        const org = freshOrg();
        const page = await openWizard(org);
        const choice = page.locator(`a[href$="/connect/${type}"]`);
        await choice.waitFor();
        if (type === "splunk_hec") await picture(page, "choose");
        await choice.click();
        await enterSettings(page, simulator.config);
        if (type === "splunk_hec") await picture(page, "settings");
        await connect(page, test, org, async (moment) => {
          for (const secret of secretsOf(simulator)) expect(await page.content()).not.toContain(secret);
          if (type === "splunk_hec" && moment === "connected") await picture(page, moment);
        });
        await expect.poll(() => simulator.ids.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
        await page.getByRole("link", { name: "See the destination" }).click();
        await page.getByText("Healthy").first().waitFor();
        await page.context().close();
      }),
    );
  });

  it("leads there for a stranger's connector, whose form it makes from the schema alike", async () => {
    const simulator = opens(await startAcme());
    const org = freshOrg();
    const page = await openWizard(org);
    await page.getByRole("heading", { name: "Other connectors" }).waitFor();
    await page.getByRole("link", { name: "Acme Log" }).click();
    await page.getByRole("button", { name: "Test the connection" }).click();
    expect(await page.getByText("This is needed.").count()).toBe(2);
    expect(await page.getByLabel("URL", { exact: true }).evaluate(isFocused)).toBe(true);
    await enterSettings(page, simulator.config);
    await connect(page, test, org);
    await expect.poll(() => simulator.ids.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
  });

  it("is gone through by keyboard, and starts with what is held for another destination, as it was filtered", async () => {
    const splunk = opens(await startSimulator("splunk_hec"));
    const org = freshOrg();
    const delivery = { flush_interval: 1, paused: true };
    const body = { connector_type: "splunk_hec", name: "Paused", config: splunk.config, delivery };
    await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body);
    const ids = await test.publish(org, 3, { severity_id: 4 });
    const page = await openWizard(org);
    await page.locator('a[href$="/connect/splunk_hec"]').press("Enter");
    await enterSettings(page, splunk.config);
    await page.getByRole("button", { name: "Test the connection" }).press("Enter");
    await page.getByText("The connection works", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Continue" }).press("Enter");
    await page.getByLabel("Severity").selectOption("High and above");
    await page.getByRole("button", { name: "Continue" }).press("Enter");
    await page.getByText(/At least \d+ events/).waitFor();
    await page.getByRole("radio", { name: /From now on/ }).press("ArrowDown");
    await page.getByRole("button", { name: "Save and start" }).press("Enter");
    await page.getByRole("heading", { name: "The first event was delivered" }).waitFor({ timeout: 60_000 });
    await expect.poll(() => splunk.ids.toSorted(), { timeout: 60_000 }).toEqual(ids.toSorted());
    await page.context().close();
  });

  it("starts with the events since a time of the reader's zone", async () => {
    const splunk = opens(await startSimulator("splunk_hec"));
    const org = freshOrg();
    const delivery = { flush_interval: 1, paused: true };
    const body = { connector_type: "splunk_hec", name: "Paused", config: splunk.config, delivery };
    await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body);
    const ids = await test.publish(org, 2, {});
    const page = await openWizard(org);
    await page.locator('a[href$="/connect/splunk_hec"]').click();
    await enterSettings(page, splunk.config);
    await page.getByRole("button", { name: "Test the connection" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("radio", { name: /From a time on/ }).check();
    const since = page.getByLabel("Date and time, in your time zone");
    expect(await since.evaluate((field) => field.matches(":required"))).toBe(true);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    const asked = page.waitForRequest((request) => request.method() === "POST" && /siem-configs/.test(request.url()));
    const [local, iso] = await page.evaluate(() => {
      const time = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000);
      const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
      return [shifted.toISOString().slice(0, 16), time.toISOString()] as const;
    });
    await since.fill(local);
    await page.getByRole("button", { name: "Save and start" }).click();
    expect((await asked).postDataJSON()).toMatchObject({ delivery: { start: iso } });
    // Events of what was done in the console itself are held and delivered as well.
    await expect.poll(() => splunk.ids, { timeout: 60_000 }).toEqual(expect.arrayContaining(ids));
    await page.context().close();
  });

  it("puts the server's problems at their fields, and keeps what was entered", async () => {
    const page = await openWizard(freshOrg());
    await page.locator('a[href$="/connect/splunk_hec"]').click();
    await enterSettings(page, { url: "ftp://splunk.example.com", token: "entered-before" });
    await page.getByRole("button", { name: "Test the connection" }).click();
    const url = page.getByLabel("URL", { exact: true });
    await page.locator('[name="url"][aria-invalid="true"]').waitFor();
    expect(await url.evaluate(isFocused)).toBe(true);
    expect(await page.getByLabel("Token", { exact: true }).inputValue()).toBe("entered-before");
  });

  it("names the step that fails, and shows the exact request and answer", async () => {
    const splunk = opens(await startSimulator("splunk_hec"));
    const page = await openWizard(freshOrg());
    await page.locator('a[href$="/connect/splunk_hec"]').click();
    const wrong = "99999999-8888-7777-6666-555555555555";
    await enterSettings(page, { ...splunk.config, token: wrong });
    await page.getByRole("button", { name: "Test the connection" }).click();
    await page
      .getByText(/The test failed at: \w+/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Send one event" }).click();
    await page
      .getByText(/did not accept the event/)
      .first()
      .waitFor();
    const request = await page.getByRole("region", { name: "Request" }).first().innerText();
    expect(request).toMatch(/^POST http:\S+\/services\/collector\/event/);
    expect(request).toContain("[secret]");
    expect(
      await page
        .getByRole("region", { name: /Answer: 40[13]/ })
        .first()
        .innerText(),
    ).toContain("token");
    expect(await page.content()).not.toContain(wrong);
    await picture(page, "failed-test");
  });
});

/** From the filled form to the first event that was delivered. */
async function connect(
  page: Page,
  test: ConsoleTest,
  org: string,
  look: (moment: string) => Promise<void> = async () => {},
): Promise<void> {
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText("The connection works", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Send one event" }).click();
  await page
    .getByText(/accepted the event/)
    .first()
    .waitFor();
  await look("test");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Which events" }).waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Save and start" }).waitFor();
  await look("start");
  await page.getByRole("button", { name: "Save and start" }).click();
  await page.getByRole("heading", { name: /is set up/ }).waitFor();
  await test.publish(org, 3);
  await page.getByRole("heading", { name: "The first event was delivered" }).waitFor();
  await look("connected");
}

function isFocused(element: { getRootNode(): unknown }): boolean {
  const root = element.getRootNode() as { activeElement?: unknown };
  return root.activeElement === element;
}

async function startSimulator(type: string): Promise<Simulator> {
  const simulator = await simulators[type]?.start({});
  if (simulator === undefined) throw new Error(`no simulator of ${type}`);
  return simulator;
}

async function startAcme(): Promise<Simulator> {
  const { default: acme } = await import(
    pathToFileURL(join(import.meta.dirname, "../verify/sample-simulator.js")).href
  );
  return acme.start();
}

/** The simulator's credentials, which must never be shown again. */
function secretsOf({ config }: Simulator): string[] {
  return Object.entries(config)
    .filter(([key]) => /token|secret|password|api_key$|http_source_url/.test(key))
    .map(([, value]) => String(value));
}
