import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OcsfEvent } from "@arbitex/core";
import { run, start } from "../server/command.ts";

/** One destination as the configuration file has it. */
export interface PlannedDestination {
  readonly type: string;
  readonly config: object;
  readonly delivery?: object;
}

/** The account of the one destination, as the command prints it. */
export interface Account {
  readonly accepted: number;
  readonly delivered: number;
  readonly dead_lettered: number;
  readonly queued: number;
}

/** Delivers through the real command, `run --input`. */
export function deliverByFile(events: readonly OcsfEvent[], destination: PlannedDestination): Promise<Account> {
  return inFolder(destination, async (folder, environment) => {
    const input = join(folder, "events.ndjson");
    await writeFile(input, linesOf(events));
    return accountOf(await run(["run", "--input", input, "--json"], environment));
  });
}

/** Delivers through the real server over HTTP, with its queue on disk, and ends it in good order. */
export function deliverByHttp(events: readonly OcsfEvent[], destination: PlannedDestination): Promise<Account> {
  return inFolder(destination, async (folder, environment) => {
    const server = start(["run", "--port", "0", "--json"], {
      ...environment,
      SIEM_QUEUE: "disk",
      SIEM_QUEUE_PATH: join(folder, "queue"),
    });
    try {
      const [, origin = ""] = await server.says(/Listening on (http:\S+)/);
      for (let at = 0; at < events.length; at += STEP) {
        const answer = await fetch(`${origin}/v1/events`, {
          method: "POST",
          headers: { "content-type": "application/x-ndjson" },
          body: linesOf(events.slice(at, at + STEP)),
        });
        if (answer.status !== 202) throw new Error(`the server answered ${answer.status}: ${await answer.text()}`);
        await answer.arrayBuffer();
      }
      server.process.kill("SIGTERM");
      return accountOf(await server.finished);
    } finally {
      server.process.kill("SIGKILL");
    }
  });
}

const STEP = 1000;

async function inFolder<Result>(
  destination: PlannedDestination,
  act: (folder: string, environment: Record<string, string>) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "through-server-"));
  try {
    const config = join(folder, "siem.config.json");
    await writeFile(config, JSON.stringify({ destinations: [{ id: "peer", ...destination }] }));
    return await act(folder, { SIEM_CONFIG: config, SIEM_DEAD_LETTER_PATH: join(folder, "dead") });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function linesOf(events: readonly OcsfEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

function accountOf({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): Account {
  const last = stdout.trim().split("\n").at(-1) ?? "";
  const { destinations = [] } = JSON.parse(last || "{}") as { destinations?: readonly Account[] };
  const [account] = destinations;
  if (account === undefined) throw new Error(`the command printed no account: ${stdout}\n${stderr}`);
  return account;
}
