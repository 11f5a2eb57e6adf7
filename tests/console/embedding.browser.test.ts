import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { isBrowserMissing, startConsoleTest } from "./console-test.ts";

describe.skipIf(isBrowserMissing)("the element in a platform's page", () => {
  let test: ConsoleTest;
  let page: Page;

  beforeAll(async () => {
    test = await startConsoleTest();
  });
  afterAll(() => test?.close());

  it("signs in with the platform's token, wears its colours, and says its words", async () => {
    page = await test.open();
    const html = `<!doctype html><html lang="en"><title>Acme Admin</title>
      <style>body { margin: 0; color: rgb(1, 2, 3) } arbitex-console { --arbitex-accent: rgb(120, 0, 90) } h1 { color: red }</style>
      <header>Acme Admin</header>
      <arbitex-console start="/connect" lang="de" theme="light"></arbitex-console>
      <script>
        const element = document.querySelector("arbitex-console");
        element.token = async () => ${JSON.stringify(test.orgToken)};
        element.strings = { product: "Acme-Protokolle" };
      </script>
      <script type="module" src="/console/element.js"></script></html>`;
    await page.route(`${test.origin}/admin`, (route) => route.fulfill({ contentType: "text/html", body: html }));
    await page.goto(`${test.origin}/admin`);
    await page.getByRole("link", { name: "Acme-Protokolle" }).waitFor();
    await page.getByRole("heading", { name: "SIEM verbinden" }).waitFor();
    await page.getByRole("link", { name: "Splunk" }).click();
    const submit = page.getByRole("button", { name: "Verbindung testen" });
    await submit.waitFor();
    // The place stays the element's own: the platform's page keeps its address, title and cookies.
    expect(page.url()).toBe(`${test.origin}/admin`);
    expect(await page.title()).toBe("Acme Admin");
    expect(await page.context().cookies()).toEqual([]);
    expect(await styleOf(page, "button[type=submit]", "background-color")).toBe("rgb(120, 0, 90)");
    expect(await styleOf(page, "h1", "color")).not.toBe("rgb(255, 0, 0)");
    test.noComplaints();
    await page.context().close();
  });
});

function styleOf(page: Page, selector: string, property: string): Promise<string> {
  const element = `document.querySelector("arbitex-console").shadowRoot.querySelector("${selector}")`;
  return page.evaluate(`getComputedStyle(${element}).getPropertyValue("${property}")`);
}
