import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, startConsoleTest } from "./console-test.ts";

describe.skipIf(isBrowserMissing)("signing in", () => {
  let test: ConsoleTest;
  let page: Page;

  beforeAll(async () => {
    test = await startConsoleTest();
  });
  afterEach(async () => {
    await page?.context().close();
    test.noComplaints();
  });
  afterAll(() => test?.close());

  async function signIn(token: string): Promise<void> {
    await page.getByLabel("Access token").fill(token);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  it("takes a token, keeps none in the browser, and signs out", async () => {
    page = await test.open();
    await page.goto(`${test.origin}/console/`);
    await signIn("siem_wrong");
    await page.getByRole("alert").waitFor();
    await signIn(test.orgToken);
    await page.getByRole("heading", { name: "Destinations" }).waitFor();
    const stored: string = await page.evaluate(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])",
    );
    expect(stored).not.toContain("siem_");
    await page.reload();
    await page.getByRole("heading", { name: "Destinations" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("says of a link that was revoked that it cannot be used, and ends its sessions without losing what was entered", async () => {
    const org = freshOrg();
    const { json: link } = await test.call("POST", `/v1/org/setup-links?org_id=${org}`, { name: "Ada" });
    page = await test.open();
    await page.goto(link.url);
    await page.getByRole("navigation").getByRole("link", { name: "Connect a SIEM" }).click();
    await page.locator('a[href$="/connect/datadog"]').click();
    await page.getByLabel("API key", { exact: true }).fill("half-entered");
    await test.call("DELETE", `/v1/org/setup-links/${link.id}?org_id=${org}`);
    await page.getByRole("button", { name: "Test the connection" }).click();
    await page.getByText(/Your session has ended/).waitFor();
    const { json: other } = await test.call("POST", `/v1/org/setup-links?org_id=${org}`, {});
    const again = await page.context().newPage();
    await again.goto(link.url);
    await again.getByRole("heading", { name: "This set-up link cannot be used" }).waitFor();
    await page.goto(other.url);
    await page.getByRole("heading", { name: "Destinations" }).waitFor();
  });

  it("begins at the heading of each page for those who hear it, and reaches everything by keyboard", async () => {
    page = await test.open();
    await page.goto(await test.setupLink(freshOrg()));
    await page.getByRole("heading", { name: "Destinations" }).waitFor();
    await expect.poll(() => focused(page)).toBe("Destinations");
    // What comes next in the order is there once the list was read.
    await page.getByRole("main").getByRole("link", { name: "Connect a SIEM" }).waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(() => focused(page)).toBe("Connect a SIEM");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Connect a SIEM" }).waitFor();
    await expect.poll(() => focused(page)).toBe("Connect a SIEM");
    expect(await page.title()).toContain("Connect a SIEM");
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate("document.querySelector('arbitex-console').shadowRoot.activeElement?.textContent ?? ''");
}
