import { createEventStore, eventIdOf, isObject, jsonReply, parseJson, startHttpSimulator } from "@arbitex/simulators";

/** The SIEM of the README's example, as the sample package has it built. */
function startAcmeSimulator(options = {}) {
  const store = createEventStore(options.keep ?? "all");
  return startHttpSimulator(options, {
    type: "acme_log",
    store,
    maxBodyBytes: 1_000_000,
    config: (url) => ({ url: `${url}/ingest`, token: "5f3a9c1e7b24" }),
    isIntake: ({ method, path }) => method === "POST" && path === "/ingest",
    answer({ headers, body }) {
      if (headers.authorization !== "Bearer 5f3a9c1e7b24") return jsonReply(401, { error: "unknown token" });
      const lines = body.toString().split("\n").filter(Boolean);
      if (!lines.every((line) => isObject(parseJson(line)))) return jsonReply(400, { error: "no JSON" });
      for (const line of lines) store.addAgain(eventIdOf(line), () => line);
      return jsonReply(202, {});
    },
    refuseBody: ({ kind }) => jsonReply(kind === "too-large" ? 413 : 400, { error: kind }),
    failure: (status) => jsonReply(status, { error: "as the test asks" }),
  });
}

export default { start: startAcmeSimulator, lacks: { partial: "Acme Log answers for a batch as a whole." } };
