import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, picture, startConsoleTest } from "./console-test.ts";

/** About what passes a busy organisation's tap in an hour, of which the server shows a sample. */
const EVENTS_OF_AN_HOUR = 20_000;
const EVENTS_OF_A_BODY = 500;
const MOST_ROWS = 200;
const MOST_MORE_MEMORY = 24e6;

describe.skipIf(isBrowserMissing)("the tap", () => {
  let test: ConsoleTest;
  let splunk: HecSimulator;
  let page: Page;
  let org: string;

  beforeAll(async () => {
    test = await startConsoleTest();
    splunk = await startHecSimulator({ keep: "count" });
    org = freshOrg();
    const redact = [{ path: "actor.user.email_addr", action: "drop" }];
    const config = { connector_type: "splunk_hec", name: "SOC", config: splunk.config };
    await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, {
      ...config,
      delivery: { flush_interval: 1, redact },
    });
    page = await test.open();
    await page.goto(await test.setupLink(org));
    await page.getByRole("link", { name: "Live events" }).click();
    await page.getByRole("heading", { name: "Live", exact: true }).waitFor();
  });
  afterEach(() => test.noComplaints());
  afterAll(async () => {
    await splunk?.close();
    await test?.close();
  });

  it("shows events as they pass, and as they leave", async () => {
    await test.publish(org, 8);
    const rows = page.locator(".tap-row");
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(8);
    await rows.filter({ hasText: "API Activity" }).first().click();
    const shown = await page.getByRole("region", { name: "Event", exact: true }).innerText();
    expect(JSON.parse(shown).unmapped.redacted).toContain("actor.user.email_addr");
    expect(JSON.parse(shown).actor.user).not.toHaveProperty("email_addr");
    await picture(page, "tap");
  });

  it("says what is wrong with a filter, and shows only what one includes", async () => {
    await page.getByLabel("Filter (CEL)").fill("severity_idd > 3");
    await page.getByRole("button", { name: "Apply" }).click();
    await page
      .getByRole("alert")
      .getByText(/severity_id/)
      .first()
      .waitFor();
    await page.getByLabel("Filter (CEL)").fill("class_uid == 999999");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("heading", { name: "Live", exact: true }).waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await test.publish(org, 5);
    await page.getByText(/[1-9]\d* seen/).waitFor();
    expect(await page.locator(".tap-row").count()).toBe(0);
    await page.getByLabel("Filter (CEL)").fill("");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("heading", { name: "Live", exact: true }).waitFor();
  });

  it("takes no more memory after an hour's events than after a minute's", async () => {
    const session = await page.context().newCDPSession(page);
    const used = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize;
    };
    await test.publish(org, EVENTS_OF_A_BODY);
    await expect.poll(() => page.locator(".tap-row").count(), { timeout: 60_000 }).toBeGreaterThan(20);
    const before = await used();
    for (let sent = 0; sent < EVENTS_OF_AN_HOUR; sent += EVENTS_OF_A_BODY) await test.publish(org, EVENTS_OF_A_BODY);
    await expect
      .poll(async () => (await page.getByText(/ seen, /).innerText()).replace(/\D*\d+ shown, /, ""))
      .toMatch(/^[\d,]{5,}/);
    const more = (await used()) - before;
    process.stderr.write(`${EVENTS_OF_AN_HOUR} events of tap: ${(more / 1e6).toFixed(1)} MB more memory.\n`);
    expect(await page.locator(".tap-row").count()).toBeLessThanOrEqual(MOST_ROWS);
    expect(more).toBeLessThan(MOST_MORE_MEMORY);
  });
});
