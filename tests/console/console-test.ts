import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { createEventGenerator, eventIdOf } from "@arbitex/simulators";
import { inject, vi } from "vitest";
import { findBrowser } from "./find-browser.ts";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const isBrowserMissing = inject("console") === undefined;

/** What tests of the console work with. */
export interface ConsoleTest {
  readonly origin: string;
  readonly adminToken: string;
  readonly orgToken: string;
  readonly browser: Browser;
  /** A page of a browser that was never here. */
  readonly open: (options?: BrowserContextOptions) => Promise<Page>;
  /** Asks the server's API as an administrator. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<{ json: Answer }>;
  /** An address that signs in to the organisation, with nothing but it. */
  readonly setupLink: (org: string, name?: string) => Promise<string>;
  /** Sends events of an organisation, and tells their ids. */
  readonly publish: (org: string, count: number, change?: object) => Promise<string[]>;
  /** Waits until so many dead letters of the organisation's destinations wait. */
  readonly deadLetters: (org: string, count: number) => Promise<void>;
  /** Throws when the browser complained about a page since the last call: of an error, or of what the policy blocked. */
  readonly noComplaints: () => void;
  readonly close: () => Promise<void>;
}

// oxlint-disable-next-line typescript/no-explicit-any
type Answer = any;

export async function startConsoleTest(): Promise<ConsoleTest> {
  const running = inject("console");
  const executablePath = findBrowser();
  if (running === undefined || executablePath === undefined) throw new Error("there is no browser");
  const { origin, adminToken, orgToken } = running;
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  const complained: string[] = [];
  const generator = createEventGenerator({ seed: 7, startTime: Date.now() - 60_000 });

  const call: ConsoleTest["call"] = async (method, path, body) => {
    const reply = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}: ${text}`);
    return { json: text === "" ? undefined : JSON.parse(text) };
  };

  return {
    origin,
    adminToken,
    orgToken,
    browser,
    async open(options = {}) {
      const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1240, height: 860 }, ...options });
      const page = await context.newPage();
      page.on("pageerror", (error) => complained.push(String(error)));
      page.on("console", (message) => {
        // The browser tells of each answer that is no success; the pages show those themselves.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
          complained.push(message.text());
        }
      });
      return page;
    },
    call,
    async setupLink(org, name = "Ada, IT") {
      const { json } = await call("POST", `/v1/org/setup-links?org_id=${org}`, { name });
      return json.url;
    },
    async publish(org, count, change = {}) {
      const events = Array.from({ length: count }, () => {
        const event = generator.next() as unknown as Record<string, Record<string, unknown>>;
        return { ...event, actor: { ...event["actor"], org: { uid: org } }, ...change };
      });
      const reply = await fetch(`${origin}/v1/events`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(events),
      });
      if (reply.status !== 202) throw new Error(`events were answered ${reply.status}: ${await reply.text()}`);
      return events.map((event) => eventIdOf(JSON.stringify(event)) ?? "none");
    },
    deadLetters: (org, count) =>
      reached(count, async () => {
        const { json } = await call("GET", `/v1/org/overview?org_id=${org}`);
        return json.destinations.reduce((sum: number, { dead_letters_waiting: own }: Answer) => sum + own, 0);
      }),
    noComplaints() {
      const found = complained.splice(0);
      if (found.length > 0) throw new Error(`the browser complained:\n${found.join("\n")}`);
    },
    close: () => browser.close(),
  };
}

/** Waits until a number is reached, also outside of a test. */
export function reached(wanted: number, probe: () => number | Promise<number>): Promise<void> {
  const look = async () => {
    const found = await probe();
    if (found !== wanted) throw new Error(`expected ${wanted}, there are ${found}`);
  };
  return vi.waitFor(look, { timeout: 60_000, interval: 200 });
}

/** Keeps what the page shows as a picture for the documents, when they are being renewed. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["CONSOLE_PICTURES"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.evaluate("document.fonts.ready");
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}

let organisations = 0;

/** An organisation that no other test has. */
export function freshOrg(): string {
  organisations++;
  const own = Math.floor(Math.random() * 0xff_ff_ff);
  return `0192f0a1-7b1c-7c3e-9b58-${own.toString(16).padStart(6, "0")}${organisations.toString(16).padStart(6, "0")}`;
}
