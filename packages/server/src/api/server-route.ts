import { hostname } from "node:os";
import type { DestinationStatus, Health } from "@arbitex/core/host";
import { z } from "zod";
import { ALWAYS, answers, bearer } from "../http/problem-docs.ts";
import { ownVersion } from "../own-version.ts";
import { ADMIN } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";

const serverAnswer = z
  .object({
    version: z.string(),
    node: z.string().meta({ description: "Name of the machine." }),
    started_at: z.iso.datetime(),
    accepted: z.int().meta({ description: "Events since the start." }),
    rejected: z.record(z.string(), z.int()).meta({ description: "Events refused at the intake, by reason." }),
    queue: z.object({
      events: z.int(),
      bytes: z.int(),
      trouble: z.string().nullable().meta({ description: "Why the queue cannot be written." }),
    }),
    workers: z.object({ running: z.int(), ended: z.int() }),
    destinations: z.record(z.string(), z.int()).meta({ description: "By health." }),
  })
  .meta({ id: "Server", description: "The server that answers." });

const HEALTHS: readonly Health[] = ["pending", "healthy", "degraded", "failed"];

/** Adds the route that shows the state of this server. */
export function addServerRoute(app: ApiApp, { host, now }: Pick<ApiContext, "host" | "now">): void {
  const startedAt = new Date(now()).toISOString();

  app.get(
    `${ADMIN}/server`,
    {
      schema: {
        operationId: "getServer",
        summary: "The state of this server and its queue",
        tags: ["Administration"],
        security: bearer,
        response: answers({ 200: serverAnswer }, ALWAYS),
      },
    },
    async () => {
      const { accepted, rejected, workers, destinations, kept } = host.status();
      const all = [...destinations, ...kept];
      const sum = (of: (one: DestinationStatus) => number) => all.reduce((total, one) => total + of(one), 0);
      const ofHealth = (health: Health) => destinations.filter((one) => one.health === health).length;
      return {
        version: ownVersion(),
        node: hostname(),
        started_at: startedAt,
        accepted,
        rejected: { ...rejected },
        queue: {
          events: sum(({ queued }) => queued),
          bytes: sum(({ queueBytes }) => queueBytes),
          trouble: (await host.queueTrouble()) ?? null,
        },
        workers: { running: workers.running, ended: workers.ended },
        destinations: Object.fromEntries(HEALTHS.map((health) => [health, ofHealth(health)])),
      };
    },
  );
}
