import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { freshOrg, isBrowserMissing, picture, reached, startConsoleTest } from "./console-test.ts";
import { hostileText } from "./hostile-text.ts";

describe.skipIf(isBrowserMissing)("filter and redaction", () => {
  let test: ConsoleTest;
  let splunk: HecSimulator;
  let page: Page;
  let org: string;
  let id: string;

  beforeAll(async () => {
    test = await startConsoleTest();
    splunk = await startHecSimulator({});
    org = freshOrg();
    const delivery = { flush_interval: 1 };
    const body = { connector_type: "splunk_hec", name: "SOC", config: splunk.config, delivery };
    id = (await test.call("POST", `/v1/org/siem-configs?org_id=${org}`, body)).json.id;
    await test.publish(org, 40);
    await reached(41, () => splunk.ids.length);
    page = await test.open({ reducedMotion: "reduce" });
    await page.goto(await test.setupLink(org));
    await page.getByRole("link", { name: "SOC" }).press("Enter");
    await page.getByText("Every event, whole.").waitFor();
    await page.getByRole("link", { name: "Change what is sent" }).press("Enter");
  });
  afterEach(() => test.noComplaints());
  afterAll(async () => {
    await splunk?.close();
    await test?.close();
  });

  it("says how many recent events would pass, while the form is filled in", async () => {
    const all = /^(\d+) of the last \1 events would pass$/;
    await page.getByText(all).waitFor();
    await page.getByLabel("API Activity").check();
    await page
      .getByText(/^\d+ of the last \d+ events would pass$/)
      .and(page.locator(`:not(:text-matches("${all.source}"))`))
      .waitFor();
    await page.getByRole("button", { name: "Left out" }).first().click();
    await page.getByText("This event would be filtered out.").waitFor();
  });

  it("puts what is wrong with a condition, an expression and a redaction at their fields", async () => {
    await page.getByRole("button", { name: "Add a condition" }).click();
    const attribute = page.getByLabel("Attribute").first();
    await expect.poll(() => attribute.evaluate(isFocused)).toBe(true);
    await attribute.fill("actor.user.email_adr");
    await page.getByLabel("Value").fill("@example.com");
    await page
      .locator("#conditions-problem")
      .getByText(/Did you mean `?actor.user.email_addr/)
      .waitFor();
    await attribute.fill("actor.user.email_addr");
    await page.getByLabel("Comparison").selectOption("ends-with");
    await page.getByText(/^\d+ of the last \d+ events would pass$/).waitFor();

    await page.getByRole("button", { name: "Expression" }).click();
    const cel = page.getByLabel("Expression (CEL)");
    expect(await cel.inputValue()).toBe('actor.user.email_addr.endsWith("@example.com")');
    await cel.fill('severity_id >= "high"');
    await page
      .locator("#cel-problem")
      .getByText(/severity_id/)
      .waitFor();
    expect(await cel.getAttribute("aria-invalid")).toBe("true");
    await cel.fill("severity_id >= 1");
    await page.getByText("The expression holds more than the form can show.").waitFor();

    await page.getByRole("button", { name: "Add a redaction" }).click();
    await page.locator("#redact-0-path").fill("metadata.uid");
    await page
      .locator("#redact-0-problem")
      .getByText(/needed to route, find or replay/)
      .waitFor();
  });

  it("shows a recent event before and after, with what changes marked", async () => {
    await page.locator("#redact-0-path").fill("actor.user.email_addr");
    await page.getByRole("button", { name: "Passes" }).first().click();
    await page
      .getByRole("region", { name: "Before", exact: true })
      .getByText(/email_addr/)
      .waitFor();
    const marked = page.locator(".diff-removed");
    await expect.poll(() => marked.allInnerTexts()).toEqual([expect.stringContaining("email_addr")]);
    await expect
      .poll(() => page.locator(".diff-added").allInnerTexts())
      .toContainEqual(expect.stringContaining("redacted"));
    await page.locator("#redaction-title").evaluate((heading) => heading.scrollIntoView());
    await picture(page, "filter");
  });

  it("is saved and used, with the other settings of delivery kept", async () => {
    await page.getByLabel("Version of OCSF").selectOption("OCSF 1.8");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "SOC" }).waitFor();
    await page.getByText("severity_id >= 1").waitFor();
    const { json } = await test.call("GET", `/v1/org/siem-configs/${id}?org_id=${org}`);
    expect(json.filter).toEqual({ class_uids: [6003], cel: "severity_id >= 1" });
    const redact = [{ path: "actor.user.email_addr", action: "drop" }];
    expect(json.delivery).toEqual({ flush_interval: 1, redact, ocsf_version: "1.8" });
    await page.getByRole("link", { name: "Change what is sent" }).press("Enter");
    expect(await page.getByLabel("API Activity").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Remove the redaction: actor.user.email_addr" }).click();
    await expect.poll(() => page.getByRole("button", { name: "Add a redaction" }).evaluate(isFocused)).toBe(true);
    await page.getByLabel("Version of OCSF").selectOption("OCSF 1.1, as events are accepted");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "SOC" }).waitFor();
    const { json: after } = await test.call("GET", `/v1/org/siem-configs/${id}?org_id=${org}`);
    expect(after.delivery).toEqual({ flush_interval: 1 });
  });

  it("shows hostile events and settings as text, within the page at 320 pixels", async () => {
    const filter = { cel: `message.contains(${JSON.stringify(hostileText.slice(0, 600))})` };
    await test.call("PATCH", `/v1/org/siem-configs/${id}?org_id=${org}`, { filter });
    await test.publish(org, 3, { message: hostileText });
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto(page.url().replace(/#.*/, `#/destinations/${id}/events`));
    await page
      .getByRole("button", { name: "Passes" })
      .or(page.getByRole("button", { name: "Left out" }))
      .first()
      .click();
    expect(await page.evaluate("window.wasHere")).toBeUndefined();
    expect(await page.locator("img, iframe, script:not([src])").count()).toBe(0);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    const shown = await page.evaluate<string>("document.querySelector('arbitex-console').shadowRoot.textContent");
    expect(shown).not.toMatch(/[\u202E\u2066\u200B]/);
  });
});

function isFocused(element: { getRootNode(): unknown }): boolean {
  const root = element.getRootNode() as { activeElement?: unknown };
  return root.activeElement === element;
}
