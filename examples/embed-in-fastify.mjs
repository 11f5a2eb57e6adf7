// A web service that writes an audit event for each request. SPLUNK_HEC_URL and SPLUNK_HEC_TOKEN say where to; PORT is optional.
import { splunkHec } from "@arbitex/connector-splunk";
import { createHost, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { ApiActivityActivityId, createEventBuilders } from "@arbitex/core/ocsf";
import { StatusId } from "@arbitex/core/ocsf/enums";
import Fastify from "fastify";

const app = Fastify({ logger: { level: "warn" } });

const { SPLUNK_HEC_URL: url, SPLUNK_HEC_TOKEN: token, PORT = "3000", QUEUE = "./queue" } = process.env;
const host = await createHost({
  logger: app.log,
  // Events survive a crash: publish resolves once they are synced.
  queueStore: await openDiskQueueStore({ path: QUEUE, clock: systemClock, logger: app.log }),
  destinations: [{ id: "soc", connector: splunkHec, config: splunkHec.configSchema.parse({ url, token }) }],
});

const events = createEventBuilders({ product: { name: "Hello service", vendorName: "Example" } });

app.addHook("onResponse", async (request, reply) => {
  const event = events.apiActivity({
    time: Date.now(),
    operation: `${request.method} ${request.routeOptions.url ?? "unknown"}`,
    activityId: ApiActivityActivityId.Read,
    responseCode: reply.statusCode,
    statusId: reply.statusCode < 400 ? StatusId.Success : StatusId.Failure,
    source: { ip: request.ip },
    request: { method: request.method, url: request.url, userAgent: request.headers["user-agent"] },
  });
  const { rejected } = await host.publish(event);
  if (rejected.length > 0) request.log.error({ rejected }, "audit event was refused");
});

app.get("/hello", () => ({ hello: "world" }));

async function stop() {
  // The web service first, so that no event is published to a host that has stopped.
  await app.close();
  await host.stop();
}

process.once("SIGTERM", () => void stop());

console.log(await app.listen({ port: Number(PORT) }));
