import type { CheckReport, CheckStep, HttpClient, Sink } from "@arbitex/core";
import { describeFailure, ndjson, tlsFixOf } from "@arbitex/core";
import type { Ask } from "./ask.ts";
import { judgeBulk, NOTHING } from "./check-bulk.ts";
import { checkCluster } from "./check-cluster.ts";
import { checkRights } from "./check-rights.ts";
import { checkTarget } from "./check-target.ts";
import type { PartName } from "./dialects.ts";
import { dialects } from "./dialects.ts";
import { baseUrlOf } from "./request.ts";
import type { ElasticConfig } from "./schema.ts";

export interface CheckOptions {
  readonly http: HttpClient;
  readonly headers: Readonly<Record<string, string>>;
  readonly config: ElasticConfig;
  readonly now: () => number;
}

interface Part {
  readonly name: PartName;
  run(asking: Asking): Promise<readonly CheckStep[]>;
}

interface Asking {
  readonly ask: Ask;
  readonly config: ElasticConfig;
  readonly bulk: () => Promise<CheckStep>;
}

const PARTS: readonly Part[] = [
  { name: "connect", run: ({ ask }) => checkCluster(ask) },
  { name: "bulk", run: async ({ bulk }) => [await bulk()] },
  { name: "privileges", run: ({ ask, config }) => checkRights(ask, config) },
  { name: "target", run: ({ ask, config }) => checkTarget(ask, config) },
];

/** Checks a destination without writing an event. Ends at the first failed part. */
export function createCheck({ http, headers, config, now }: CheckOptions): NonNullable<Sink["check"]> {
  const baseUrl = baseUrlOf(config);
  const { bulkUrl, classify, parts } = dialects[config.dialect];
  return async (signal, onStep): Promise<CheckReport> => {
    const ask: Ask = (path, body) => {
      const url = `${baseUrl}${path}`;
      if (body === undefined) return http.send({ url, method: "GET", headers }, signal);
      const json = { ...headers, "content-type": "application/json" };
      return http.send({ url, method: "POST", headers: json, body: Buffer.from(JSON.stringify(body)) }, signal);
    };
    const bulk = async () => {
      const lines = { ...headers, "content-type": ndjson.contentType };
      const reply = await http.send({ url: bulkUrl(config), headers: lines, body: NOTHING }, signal);
      return judgeBulk(classify(reply, { records: [], body: NOTHING }, now()));
    };
    const steps: CheckStep[] = [];
    for (const part of PARTS.filter(({ name }) => parts.includes(name))) {
      const found = await part.run({ ask, config, bulk }).catch((error: unknown) => [noAnswer(part.name, error)]);
      steps.push(...found);
      for (const step of found) onStep?.(step);
      if (steps.some(({ status }) => status === "failed")) break;
    }
    return { steps };
  };
}

function noAnswer(name: string, error: unknown): CheckStep {
  return {
    name,
    status: "failed",
    detail: describeFailure(error),
    fix: tlsFixOf(error) ?? "Check url, the name's resolution and the firewalls between here and the cluster.",
  };
}
