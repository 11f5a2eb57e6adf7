import type { Page } from "playwright-core";

/** Enters settings into the wizard's form, whatever fields the connector's schema made of them. */
export async function enterSettings(page: Page, settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [key, value] of Object.entries(settings)) {
    const field = page.locator(`form [name="${key}"]`);
    await field.waitFor({ state: "attached" });
    const section = page.locator(`details:has([name="${key}"])`);
    if ((await section.count()) > 0 && (await section.getAttribute("open")) === null) {
      await section.locator("summary").click();
    }
    const kind = await field.evaluate((element: { tagName: string; type?: string }) =>
      element.tagName === "SELECT" ? "select" : (element.type ?? ""),
    );
    if (kind === "select") await field.selectOption(String(value));
    else if (kind === "checkbox") await field.setChecked(value === true);
    else await field.fill(String(value));
  }
}
