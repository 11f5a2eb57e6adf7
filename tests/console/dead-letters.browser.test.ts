import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, picture, reached, startConsoleTest } from "./console-test.ts";

describe.skipIf(isBrowserMissing)("dead letters", () => {
  let test: ConsoleTest;
  let splunk: HecSimulator;
  let page: Page;
  let org: string;

  beforeAll(async () => {
    test = await startConsoleTest();
    splunk = await startHecSimulator({});
    org = freshOrg();
    const delivery = { flush_interval: 1, max_retries: 0, on_exhausted: "dead_letter" };
    const body = { connector_type: "splunk_hec", name: "SOC", config: splunk.config, delivery };
    await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body);
    // That it was made is an event of the organisation, and the first that is delivered.
    await reached(1, () => splunk.ids.length);
  });
  afterEach(() => test.noComplaints());
  afterAll(async () => {
    await splunk?.close();
    await test?.close();
  });

  /** Dead letters of events that Splunk refuses to take meanwhile. */
  async function refuse(count: number): Promise<string[]> {
    splunk.faults.set("503");
    const ids = await test.publish(org, count);
    await test.deadLetters(org, count);
    splunk.faults.set([]);
    return ids;
  }

  it("are shown by reason, read, counted before they are replayed, and replayed", async () => {
    const ids = await refuse(12);
    page = await test.open();
    await page.goto(await test.setupLink(org));
    await page.getByRole("link", { name: "12 dead letters" }).click();
    await page.getByRole("heading", { name: "Dead letters" }).waitFor();
    await page
      .getByRole("button", { name: /^Read:/ })
      .first()
      .click();
    await page.locator("section[aria-labelledby=list-title] button").first().click();
    await page.getByRole("dialog").getByText("class_uid").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByText("12 events would be sent again").first().waitFor();
    await picture(page, "replay");
    await page.getByRole("button", { name: "Start replay" }).click();
    await page.getByRole("heading", { name: "Replay: Complete" }).waitFor();
    await page.getByRole("heading", { name: "No dead letters" }).waitFor();
    expect(splunk.ids).toEqual(expect.arrayContaining(ids));
    await page.context().close();
  });

  it("are purged only when the destination's name was typed", async () => {
    await refuse(3);
    page = await test.open();
    await page.goto(await test.setupLink(org));
    await page.getByRole("link", { name: "3 dead letters" }).click();
    await page.getByRole("button", { name: "Purge", exact: true }).click();
    await page.getByLabel("Type SOC to confirm").fill("soc");
    await page.keyboard.press("Enter");
    await test.deadLetters(org, 3);
    await page.getByLabel("Type SOC to confirm").fill("SOC");
    await page.getByRole("button", { name: "Purge for good" }).click();
    await page.getByRole("heading", { name: "No dead letters" }).waitFor();
    await test.deadLetters(org, 0);
    await page.context().close();
  });
});
