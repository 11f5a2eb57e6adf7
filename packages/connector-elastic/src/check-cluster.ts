import type { CheckStep, HttpReply } from "@arbitex/core";
import { classifyStranger, jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";
import { requestFailure } from "./bulk-reply.ts";
import { fixOfAmazon } from "./fixes.ts";
import type { Ask } from "./ask.ts";

const rootSchema = z.object({
  version: z.object({
    number: z.string(),
    distribution: z.string().optional(),
    build_flavor: z.string().optional(),
  }),
});

const NO_CLUSTER = "Check url or cloud_id: something else than a cluster answers there.";
const WRONG_CREDENTIAL = "Configure a valid api_key, or username and password.";

/** Steps `connect` and `credential`: which product answers, and whether it accepts the credential. */
export async function checkCluster(ask: Ask): Promise<readonly CheckStep[]> {
  const reply = await ask("/");
  switch (reply.status) {
    case 200:
      return describeProduct(reply);
    case 401:
      return [
        { name: "connect", status: "passed", detail: "a cluster answers and asks for a credential" },
        { name: "credential", status: "failed", detail: reasonOf(reply), fix: WRONG_CREDENTIAL },
      ];
    case 403:
      return describeForbidden(reply);
    case 405:
      // The node lacks the module for this address.
      return [
        { name: "connect", status: "passed", detail: "a cluster answers, but does not name its product and version" },
        { name: "credential", status: "skipped", detail: "this node says nothing about it" },
      ];
    default:
      return [{ name: "connect", status: "failed", detail: reasonOf(reply), fix: fixOfAnswer(reply) }];
  }
}

function describeProduct(reply: HttpReply): readonly CheckStep[] {
  const root = rootSchema.safeParse(jsonOf(reply));
  if (!root.success) {
    return [
      { name: "connect", status: "failed", detail: `not Elasticsearch: ${reasonOf(reply)}`, fix: fixOfAnswer(reply) },
    ];
  }
  const { number, distribution, build_flavor } = root.data.version;
  const product =
    distribution === "opensearch"
      ? `OpenSearch ${number}`
      : build_flavor === "serverless"
        ? "Elasticsearch Serverless"
        : `Elasticsearch ${number}`;
  return [
    { name: "connect", status: "passed", detail: product },
    { name: "credential", status: "passed", detail: "accepted" },
  ];
}

/** A key with only the right to write may not read the version: being recognised is enough. */
function describeForbidden(reply: HttpReply): readonly CheckStep[] {
  const connect: CheckStep = { name: "connect", status: "passed", detail: "a cluster answers" };
  if (requestFailure(jsonOf(reply))?.type === "security_exception") {
    return [connect, { name: "credential", status: "passed", detail: "recognised; it may not read the version" }];
  }
  const fix = fixOfAmazon(reply) ?? WRONG_CREDENTIAL;
  return [connect, { name: "credential", status: "failed", detail: reasonOf(reply), fix }];
}

function fixOfAnswer(reply: HttpReply): string {
  if (reply.headers["kbn-name"] !== undefined) return "This is Kibana: give Elasticsearch's own URL.";
  const verdict = classifyStranger(reply, 0, NO_CLUSTER);
  if (verdict.kind === "suspend" && verdict.fix !== undefined) return verdict.fix;
  return reply.status < 300 ? NO_CLUSTER : "The cluster is busy or down: look at its health.";
}
