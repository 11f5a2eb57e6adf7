import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FOR_GLOBAL } from "./console-server.ts";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, startConsoleTest } from "./console-test.ts";

describe.skipIf(isBrowserMissing)("an operator", () => {
  let test: ConsoleTest;

  beforeAll(async () => {
    test = await startConsoleTest();
    const config = { url: "http://127.0.0.1:9", token: "11111111-1111-1111-1111-111111111111" };
    const body = { connector_type: "splunk_hec", name: "One of many", is_enabled: false, config };
    for (let made = 0; made < 3; made++) await test.call("POST", `/v1/org/siem-configs?org_id=${freshOrg()}`, body);
    // So that the list is another once it was searched.
    await test.call("POST", `/v1/org/siem-configs?org_id=${freshOrg()}`, { ...body, name: "Another" });
  });
  afterAll(() => test?.close());

  it("sees organisations page by page, and how many of how many are shown", async () => {
    const page = await test.open();
    // The server's pages, of one organisation each.
    await page.route("**/api/admin/siem/organisations?**", (route) => {
      const url = new URL(route.request().url());
      url.searchParams.set("limit", "1");
      return route.continue({ url: url.href });
    });
    await page.goto(`${test.origin}/console/`);
    await page.getByLabel("Access token").fill(test.adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Search by organisation").fill("one of many");
    await page.getByText("1 of 3 shown").waitFor();
    const more = page.getByRole("button", { name: "More organisations" });
    await more.press("Enter");
    await page.getByText("2 of 3 shown").waitFor();
    await more.press("Enter");
    const shown = page.getByText("3 of 3 shown");
    await shown.waitFor();
    await more.waitFor({ state: "detached" });
    expect(await page.getByRole("link", { name: /^Act for organisation/ }).count()).toBe(3);
    expect(await shown.evaluate((text) => text.matches(":focus"))).toBe(true);
    await page.getByLabel("Search by organisation").fill("one of man");
    await page.getByText("1 of 3 shown").waitFor();
    await page.context().close();
    test.noComplaints();
  });

  it("follows a global destination from the list to its attempts and dead letters, and replays them", async () => {
    await test.publish(freshOrg(), 2, { message: FOR_GLOBAL });
    const page = await test.open();
    await page.goto(`${test.origin}/console/`);
    await page.getByLabel("Access token").fill(test.adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "company-wide" }).click();
    await page.getByRole("heading", { name: "company-wide" }).waitFor();
    const read = page.getByRole("button", { name: /^Read: .*Incorrect data format/ });
    await read.waitFor({ timeout: 60_000 });
    await page.getByText("Refused", { exact: true }).first().waitFor();
    await read.click();
    await page.locator("section[aria-labelledby=list-title] button").first().click();
    await page.getByRole("dialog").getByText(FOR_GLOBAL).first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await page
      .getByText(/\d events? would be sent again/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Start replay" }).click();
    await page.getByRole("heading", { name: /^Replay: Complete/ }).waitFor({ timeout: 60_000 });
    await page.reload();
    // The server's list of replays has it.
    await page.getByRole("heading", { name: /^Replay: Complete/ }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Send one event" }).click();
    await page.getByText("did not accept the event").first().waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Purge", exact: true }).first().click();
    const purge = page.getByRole("dialog");
    await purge.getByRole("textbox").fill("company-wide");
    await purge.getByRole("button", { name: /^Purge/ }).click();
    await purge.waitFor({ state: "detached" });
    await expect.poll(() => page.getByRole("button", { name: /^Read: / }).count(), { timeout: 60_000 }).toBe(0);
    await page.context().close();
    test.noComplaints();
  });
});
