import type { CheckReport, CheckStep, HttpClient, Sink } from "@arbitex/core";
import { describeFailure, tlsFixOf } from "@arbitex/core";
import type { Ask } from "./ask.ts";
import { checkCluster } from "./check-cluster.ts";
import { checkRights } from "./check-rights.ts";
import { checkTarget } from "./check-target.ts";
import { baseUrlOf } from "./request.ts";
import type { ElasticConfig } from "./schema.ts";

export interface CheckOptions {
  readonly http: HttpClient;
  readonly headers: Readonly<Record<string, string>>;
  readonly config: ElasticConfig;
}

interface Part {
  readonly name: string;
  run(ask: Ask, config: ElasticConfig): Promise<readonly CheckStep[]>;
}

const PARTS: readonly Part[] = [
  { name: "connect", run: checkCluster },
  { name: "privileges", run: checkRights },
  { name: "target", run: checkTarget },
];

/** Proves what can be proved without writing an event. The first failed part ends it. */
export function createCheck({ http, headers, config }: CheckOptions): NonNullable<Sink["check"]> {
  const baseUrl = baseUrlOf(config);
  return async (signal): Promise<CheckReport> => {
    const ask: Ask = (path, body) => {
      const url = `${baseUrl}${path}`;
      if (body === undefined) return http.send({ url, method: "GET", headers }, signal);
      const json = { ...headers, "content-type": "application/json" };
      return http.send({ url, method: "POST", headers: json, body: Buffer.from(JSON.stringify(body)) }, signal);
    };
    const steps: CheckStep[] = [];
    for (const part of PARTS) {
      steps.push(...(await part.run(ask, config).catch((error: unknown) => [noAnswer(part.name, error)])));
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
