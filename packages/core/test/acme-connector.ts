import { readFileSync } from "node:fs";
import type { DeploymentFolder } from "./deployment-folder.ts";

/** What `acmeModule` was given to send, line by line. */
export interface Sent {
  readonly destination: string;
  readonly thread: number;
  readonly ids: readonly string[];
  readonly orgs: readonly (string | null)[];
  readonly attempt: number;
  /** Of the body as it went, base64. */
  readonly body: string;
  readonly contentEncoding?: string;
}

/** Installs a connector whose SIEM is a file, and which misbehaves on demand: a worker needs a real package. */
export async function installAcme(folder: DeploymentFolder): Promise<void> {
  await folder.install("acme-connector", { module: acmeModule() });
}

export function sentTo(path: string): readonly Sent[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Sent => JSON.parse(line));
}

function acmeModule(): string {
  return `
    import { appendFileSync, existsSync, writeFileSync } from "node:fs";
    import { threadId } from "node:worker_threads";
    import { z } from ${JSON.stringify(import.meta.resolve("zod"))};

    class Secret {
      #value;
      constructor(value) { this.#value = value; }
      reveal() { return this.#value; }
    }

    export default {
      apiVersion: 1, type: "acme_log", displayName: "Acme", guarantee: "accepted",
      configSchema: z.strictObject({
        out: z.string(),
        token: z.string().transform((value) => new Secret(value)).optional(),
        // What happens in the first attempt of all, which leaves this file behind.
        first: z.enum(["throw", "exit", "loop", "hang", "refuse", "odd", "unclonable"]).optional(),
        mark: z.string().default(""),
        // Ends the thread in every attempt, a moment after it began.
        always: z.enum(["exit"]).optional(),
        answerMs: z.int().default(0),
        // Of a hundred attempts, so many end the thread, half of them before the SIEM has the events. None does before a
        // verdict was heard from this thread: a connector that gives none three times in a row is suspended for a minute.
        deadly: z.int().default(0),
        maxEvents: z.int().optional(),
        keyed: z.boolean().default(false),
        broken: z.boolean().default(false),
        // Holds its thread for so long when it is opened there, as a large import does.
        openMs: z.int().default(0),
      }),
      limits: ({ maxEvents }) => ({ maxBatchBytes: 400_000, maxEventBytes: 200_000, ...(maxEvents && { maxBatchEvents: maxEvents }) }),
      framing: { contentType: "application/json", prefix: "[", separator: ",", suffix: "]" },
      open(config, { destinationId, logger }) {
        if (config.openMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, config.openMs);
        if (config.broken) throw new Error("no good: " + config.token?.reveal());
        let wasHeard = false;
        return {
          encode(record) {
            if (record.json.includes("unencodable")) throw new Error("cannot be encoded");
            if (record.json.includes("quoted")) return ['{"text":', { record, quoted: true }, "}"];
            return record.json.includes("parsed") ? JSON.stringify(record.event()) : { record };
          },
          async send(batch, signal) {
            if (config.always === "exit") {
              setTimeout(() => process.exit(6), 20);
              await new Promise(() => {});
            }
            if (config.answerMs > 0) await new Promise((resolve) => setTimeout(resolve, config.answerMs));
            const isFirst = config.first !== undefined && !existsSync(config.mark);
            if (isFirst) {
              writeFileSync(config.mark, "");
              logger.warn({ first: config.first }, "about to misbehave with " + config.token?.reveal());
              if (config.first === "refuse") return { kind: "retry", reason: "busy, said " + config.token?.reveal() };
              if (config.first === "odd") return { kind: "accepted", reply: () => "a function" };
              if (config.first === "unclonable") return { kind: "retry", reason: "odd", afterMs: () => 1 };
              if (config.first === "exit") process.exit(3);
              if (config.first === "loop") for (;;);
              if (config.first === "throw") {
                setTimeout(() => { throw new Error("bad luck with " + config.token?.reveal()); });
                await new Promise(() => {});
              }
              await new Promise((resolve) => signal.addEventListener("abort", resolve));
            }
            const ends = wasHeard && Math.random() * 100 < config.deadly;
            if (ends && Math.random() < 0.5) process.exit(4);
            appendFileSync(config.out, JSON.stringify({
              destination: destinationId,
              thread: threadId,
              ids: batch.records.map(({ id }) => id),
              orgs: batch.records.map(({ orgId }) => orgId),
              attempt: batch.attempt,
              body: batch.body.toString("base64"),
              contentEncoding: batch.contentEncoding,
            }) + "\\n");
            if (ends) process.exit(5);
            if (config.deadly > 0) setTimeout(() => { wasHeard = true; }, 20);
            return { kind: "accepted" };
          },
          ...(config.keyed && { partitionKey: ({ id }) => id.slice(-1) }),
          check: async () => ({ steps: [{ name: "thread", status: "passed", detail: threadId + " " + config.token?.reveal() }] }),
        };
      },
    };`;
}
