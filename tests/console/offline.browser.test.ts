import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, startConsoleTest } from "./console-test.ts";

describe.skipIf(isBrowserMissing)("without a network", () => {
  let test: ConsoleTest;
  let org: string;

  beforeAll(async () => {
    test = await startConsoleTest();
    org = freshOrg();
    const config = { url: "http://127.0.0.1:9", token: "11111111-1111-1111-1111-111111111111" };
    const body = { connector_type: "splunk_hec", name: "SOC", is_enabled: false, config };
    await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body);
  });
  afterAll(() => test?.close());

  it("a page keeps what it shows, says of when it is, and goes on once the server answers", async () => {
    const page = await test.open();
    await page.goto(await test.setupLink(org));
    await page.getByRole("link", { name: "SOC" }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole("alert").getByText("The server does not answer").waitFor();
    await page.getByText(/^What is shown is of \d+:\d+:\d+\.$/).waitFor();
    expect(await page.getByRole("link", { name: "SOC" }).isVisible()).toBe(true);
    // A page that has nothing to show yet tries again as well.
    await page.getByRole("navigation").getByRole("link", { name: "Connect a SIEM" }).click();
    await page.getByRole("alert").getByText("The server does not answer").waitFor();
    await page.context().setOffline(false);
    await page.getByRole("link", { name: "Splunk" }).first().waitFor();
    expect(await page.getByText("The server does not answer").count()).toBe(0);
    await page.context().close();
  });

  it("an action says that it was not done, and what was entered stays", async () => {
    const page = await test.open();
    await page.goto(await test.setupLink(org));
    await page.getByRole("link", { name: "SOC" }).click();
    await page.getByRole("link", { name: "Change settings" }).click();
    await page.getByLabel("Name").fill("Security operations");
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("The server does not answer").first().waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Security operations");
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Security operations" }).waitFor();
    await page.context().close();
  });
});
