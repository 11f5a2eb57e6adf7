import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, reached, startConsoleTest } from "./console-test.ts";

describe.skipIf(isBrowserMissing)("a destination", () => {
  let test: ConsoleTest;
  let splunk: HecSimulator;
  let page: Page;
  let org: string;
  let id: string;

  beforeAll(async () => {
    test = await startConsoleTest();
    splunk = await startHecSimulator({});
    org = freshOrg();
    const body = { connector_type: "splunk_hec", name: "SOC", config: splunk.config, delivery: { flush_interval: 1 } };
    id = (await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body)).json.id;
    // That it was made is an event of the organisation, and the first that is delivered.
    await reached(1, () => splunk.ids.length);
  });
  afterEach(async () => {
    await page?.context().close();
    test.noComplaints();
  });
  afterAll(async () => {
    await splunk?.close();
    await test?.close();
  });

  /** Opens the destination's page, `later` than now by the browser's clock. */
  async function open(options: Parameters<ConsoleTest["open"]>[0] = {}, later = 0): Promise<void> {
    page = await test.open(options);
    if (later > 0) await page.clock.setFixedTime(Date.now() + later);
    await page.goto(await test.setupLink(org));
    await page.getByRole("link", { name: "SOC" }).click();
    await page.locator("canvas").nth(1).waitFor();
  }

  /** How much of the second plot is in its lines' colours, #3b4cca and #804c00; axes and texts are grey. */
  function drawn(): Promise<number> {
    const plot = page.locator("canvas").nth(1);
    return plot.evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4);
        if (alpha > 200 && green === 0x4c && (blue === 0xca || (red === 0x80 && blue === 0))) count++;
      }
      return count;
    });
  }

  it("draws the time to answer of a single delivery", async () => {
    await open();
    await expect.poll(drawn, { timeout: 60_000 }).toBeGreaterThan(5);
  });

  it.each([
    ["en-GB", 1240],
    ["en-GB", 320],
    ["de-DE", 1240],
    ["de-DE", 320],
  ])("shows every figure whole, in %s at %i pixels", async (locale, width) => {
    // "55 minutes ago" is as long as it gets.
    await open({ locale, viewport: { width, height: 860 } }, 55 * 60_000);
    const figures = page.locator(".facts dd");
    await figures.last().locator("time").waitFor();
    const cut = await figures.evaluateAll((all) =>
      all.filter((figure) => figure.scrollWidth > figure.clientWidth).map((figure) => figure.textContent),
    );
    expect(cut).toEqual([]);
  });

  it("is paused and resumed by keyboard, holds its events meanwhile, and keeps its other settings", async () => {
    await open();
    const before = splunk.ids.length;
    await page.getByRole("button", { name: "Pause delivery", exact: true }).press("Enter");
    await page.getByRole("button", { name: "Resume delivery", exact: true }).waitFor();
    await page.getByText(/^Paused by hand: \d+ events? (?:is|are) held$/).waitFor();
    await page.getByRole("status").getByText("Delivery is paused.").waitFor();
    const { json: paused } = await test.call("GET", `/v1/org/siem-configs/${id}?org_id=${org}`);
    expect(paused.delivery).toEqual({ flush_interval: 1, paused: true });
    await reached(paused.version, async () => {
      const { json } = await test.call("GET", `/v1/org/siem-configs/${id}/status?org_id=${org}`);
      return json.applied_version;
    });
    const ids = await test.publish(org, 3);
    // What the test itself changes makes events as well.
    const isHeld = async () => {
      const { json } = await test.call("GET", `/v1/org/siem-configs/${id}/status?org_id=${org}`);
      const shown = await page.getByText(/^Paused by hand: /).textContent();
      return json.queue.events >= 3 && shown === `Paused by hand: ${json.queue.events} events are held`;
    };
    await expect.poll(isHeld, { timeout: 60_000 }).toBe(true);
    expect(splunk.ids.filter((each) => ids.includes(each))).toEqual([]);
    await page.getByRole("link", { name: "Destinations" }).first().click();
    await page.getByText("Paused", { exact: true }).waitFor();
    await page.getByRole("link", { name: "SOC" }).click();
    await page.getByRole("button", { name: "Resume delivery", exact: true }).press("Enter");
    await page.getByRole("button", { name: "Pause delivery", exact: true }).waitFor();
    await page.getByText(/^Paused by hand/).waitFor({ state: "detached" });
    await expect.poll(() => splunk.ids, { timeout: 60_000 }).toEqual(expect.arrayContaining(ids));
    expect(splunk.ids.length).toBeGreaterThan(before);
  });
});
