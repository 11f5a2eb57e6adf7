import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, startConsoleTest } from "./console-test.ts";
import { hostileText } from "./hostile-text.ts";

describe.skipIf(isBrowserMissing)("hostile texts", () => {
  let test: ConsoleTest;
  let origin: string;
  // A SIEM that is not what it seems: all that it says is hostile.
  const siem = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(400, { "content-type": "application/json", "x-note": "<b>bold</b>" });
      response.end(JSON.stringify({ text: hostileText, code: 6 }));
    });
  });

  beforeAll(async () => {
    test = await startConsoleTest();
    await new Promise<void>((resolve) => siem.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(siem.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    siem.close();
    siem.closeAllConnections();
    await test?.close();
  });

  it("in names, answers and events neither script, nor lead away, nor break the page", async () => {
    const org = freshOrg();
    const name = `<img src=x onerror="window.wasHere=1">\u202Egpj.exe${"W".repeat(60)}`.slice(0, 100);
    const config = { url: origin, token: "t" };
    const delivery = { flush_interval: 1, max_retries: 0, on_exhausted: "dead_letter" };
    const body = { connector_type: "splunk_hec", name, config, delivery };
    await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body);
    await test.publish(org, 2, { message: hostileText });
    await test.deadLetters(org, 3);

    const page = await test.open({ viewport: { width: 320, height: 700 } });
    await page.goto(await test.setupLink(org, name));
    await page.getByRole("link", { name: /dead letters$/ }).waitFor();
    await harmless(page);
    await page.getByRole("link", { name: /dead letters$/ }).click();
    await page
      .getByRole("button", { name: /^Read:/ })
      .first()
      .click();
    await page.locator("section[aria-labelledby=list-title] button").first().click();
    await page.getByRole("dialog").getByText("class_uid").first().waitFor();
    await harmless(page);
    await page.keyboard.press("Escape");
    await page.goto(page.url().replace("/dead-letters", ""));
    await page
      .getByRole("button", { name: /^Details:/ })
      .first()
      .click();
    await page
      .getByRole("dialog")
      .getByRole("region", { name: /Answer/ })
      .waitFor();
    await harmless(page);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Change settings" }).click();
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page
      .getByText(/The test failed at/)
      .first()
      .waitFor();
    await harmless(page);
    test.noComplaints();
    await page.context().close();
  });
});

/** Nothing ran, no link leads elsewhere, nothing is wider than the page, and what turns text around is seen. */
async function harmless(page: Page): Promise<void> {
  expect(await page.evaluate("window.wasHere")).toBeUndefined();
  const links = await page
    .locator("a")
    .evaluateAll((all: { getAttribute(name: string): string | null }[]) =>
      all.map((link) => link.getAttribute("href")),
    );
  expect(links.filter((href) => !href?.startsWith("#/"))).toEqual([]);
  expect(await page.locator("img, iframe, object, script:not([src])").count()).toBe(0);
  expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  expect(await page.evaluate("document.querySelector('arbitex-console').shadowRoot.textContent")).not.toMatch(
    /[\u202E\u2066\u200B]/,
  );
}
