import type { TestProject } from "vitest/node";
import { findBrowser } from "./find-browser.ts";
import { startRefusingSiem } from "./refusing-siem.ts";
import { startConsoleServer } from "./console-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What runs for all tests; undefined without a browser. */
    readonly console: { readonly origin: string; readonly adminToken: string; readonly orgToken: string } | undefined;
  }
}

/** One server for all tests, which use organisations of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (findBrowser() === undefined) {
    process.stderr.write(
      "THE CONSOLE'S TESTS NEED A BROWSER: install chromium, or name one in CHROMIUM. They are skipped.\n",
    );
    project.provide("console", undefined);
    return async () => {};
  }
  const siem = await startRefusingSiem();
  const server = await startConsoleServer(siem.url);
  const { origin, adminToken, orgToken } = server;
  project.provide("console", { origin, adminToken, orgToken });
  return async () => {
    await server.close();
    siem.close();
  };
}
