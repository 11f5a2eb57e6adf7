import type { FastifyInstance } from "fastify";
import { addCheckpointRoutes } from "./checkpoint-routes.ts";
import { ownView } from "../cluster/destination-view.ts";
import { auditRecordPublisher } from "../reading/audit-record-publisher.ts";
import { destinationsReport } from "./destination-report.ts";
import type { HostRoutesOptions } from "./host-routes-options.ts";
import { METRICS_CONTENT_TYPE } from "./metrics-text.ts";
import { metricsOf } from "./metrics.ts";
import { postEvents } from "./post-events.ts";
import { unreadiness } from "./readiness.ts";
import { routeDocs } from "./route-docs.ts";

/** Adds the routes for ingest, health, metrics and the state of destinations. */
export function addHostRoutes(app: FastifyInstance, options: HostRoutesOptions): void {
  const { host, view = ownView, orgLabel = false, unreadable, activity, isStopping } = options;
  const auditRecords = auditRecordPublisher(host);
  app.post("/v1/events", { schema: routeDocs.events }, (request, reply) =>
    postEvents(request, reply, { ...options, publisher: host }),
  );
  app.post("/v1/audit-records", { schema: routeDocs.records }, (request, reply) =>
    postEvents(request, reply, { ...options, publisher: auditRecords }),
  );
  app.get("/v1/destinations", { schema: routeDocs.destinations }, () => destinationsReport({ host, view, activity }));
  addCheckpointRoutes(app, options);
  app.get("/metrics", { schema: routeDocs.metrics, serializerCompiler: () => String }, async (_request, reply) => {
    const waiting = await host.waitingDeadLetters();
    return reply.type(METRICS_CONTENT_TYPE).send(metricsOf(host.status(), { unreadable, orgLabel, waiting, activity }));
  });
  app.get("/healthz", { schema: routeDocs.healthz }, () => ({ status: "ok" }));
  app.get("/readyz", { schema: routeDocs.readyz }, async (_request, reply) => {
    const reason = isStopping() ? "stopping" : await unreadiness(host);
    return reason === undefined ? { status: "ready" } : reply.code(503).send({ status: "not ready", reason });
  });
}
