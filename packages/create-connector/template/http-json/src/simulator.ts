import type { Simulator, SimulatorOptions } from "@arbitex/simulators";
import { createEventStore, eventIdOf, jsonReply, parseJson, startHttpSimulator } from "@arbitex/simulators";

const TOKEN = "c0de51e3a9f0";

/** Acme Log as its clients see it, on loopback and with faults on demand. */
export function startAcmeLogSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const store = createEventStore<unknown>(options.keep ?? "all");
  return startHttpSimulator(options, {
    type: "acme_log",
    store,
    maxBodyBytes: 1_000_000,
    config: (url) => ({ url: `${url}/events`, token: TOKEN }),
    isIntake: ({ method, path }) => method === "POST" && path === "/events",
    answer({ headers, body }) {
      if (headers.authorization !== `Bearer ${TOKEN}`) return jsonReply(401, { error: "unknown token" });
      const events = parseJson(body.toString());
      if (!Array.isArray(events)) return jsonReply(400, { error: "not a JSON array" });
      for (const event of events) store.addAgain(eventIdOf(JSON.stringify(event)), () => event);
      return jsonReply(200, { accepted: events.length });
    },
    refuseBody: ({ kind }) => jsonReply(kind === "too-large" ? 413 : 400, { error: kind }),
    failure: (status) => jsonReply(status, { error: "as the test asks" }),
  });
}

export default { start: startAcmeLogSimulator, lacks: { partial: "Acme Log answers for a batch as a whole." } };
