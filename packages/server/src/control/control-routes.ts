import { hostname } from "node:os";
import type { Host } from "@arbitex/core/host";
import { sourceText } from "@arbitex/core/host";
import type { Activity } from "../activity/activity.ts";
import type { DestinationView } from "../cluster/destination-view.ts";
import { destinationsReport } from "../http/destination-report.ts";
import { ownVersion } from "../own-version.ts";
import type { Reloader } from "../service/reloader.ts";
import { reloadReport } from "../service/reload-report.ts";
import type { ControlRoutes } from "./control-server.ts";
import { setPaused } from "./set-paused.ts";
import { tapped } from "./tapped.ts";
import { queueLoanRoutes } from "./queue-loans.ts";

export interface ControlRoutesOptions {
  readonly host: Pick<
    Host,
    "status" | "statusOf" | "destinationOf" | "replace" | "waitingDeadLetters" | "lend" | "tap"
  >;
  readonly view: DestinationView;
  readonly activity: Pick<Activity, "silenceOf">;
  readonly reloader: Reloader;
}

/** Requests that commands may send to a running server. */
export function controlRoutes({ host, view, activity, reloader }: ControlRoutesOptions): ControlRoutes {
  /** Destinations of organisations are rows of the database. */
  const configuredBy = (id: string) => {
    const found = reloader.current().destinations.find((destination) => destination.id === id);
    return found?.source === undefined ? "database" : sourceText(found.source);
  };
  const startedAt = new Date().toISOString();
  return {
    async "GET /status"() {
      const { destinations, ...rest } = await destinationsReport({ host, view, activity });
      return {
        pid: process.pid,
        node: hostname(),
        version: ownVersion(),
        started_at: startedAt,
        config: reloader.current().configPath ?? null,
        ...rest,
        destinations: destinations.map((report) => ({ ...report, configured_by: configuredBy(report.id) })),
      };
    },
    "POST /pause": async (query) => setPaused(host, query.get("destination") ?? "", true),
    "POST /resume": async (query) => setPaused(host, query.get("destination") ?? "", false),
    "GET /tap": async (query, left) => tapped(host, query, left),
    ...queueLoanRoutes(host),
    "POST /reload": async () => reloadReport(await reloader.reload(), reloader.current()),
  };
}
