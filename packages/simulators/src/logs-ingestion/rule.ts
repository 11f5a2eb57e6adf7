import type { Reply, SimulatedRequest } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import { azureError } from "./replies.ts";

/** The data collection rule in Azure Resource Manager. */
export interface Rule {
  readonly dcrImmutableId: string;
  readonly streamName: string;
  readonly columns: readonly string[];
}

const RULE_ID =
  "/subscriptions/5a1b0000-0000-4000-8000-000000000000/resourceGroups/siem/providers/Microsoft.Insights/dataCollectionRules/arbitex";
const GRAPH = "/providers/Microsoft.ResourceGraph/resources";

export function isManagement(path: string): boolean {
  return path === GRAPH || path.startsWith("/subscriptions/");
}

/** Answers a request with a valid token. `rule` is undefined when the identity may not read it. */
export function managementReply({ method, path, body }: SimulatedRequest, rule: Rule | undefined): Reply {
  if (method === "POST" && path === GRAPH) {
    const request = parseJson(body.toString());
    const query = isObject(request) ? String(request["query"]) : "";
    const data = rule !== undefined && query.includes(`'${rule.dcrImmutableId}'`) ? [{ id: RULE_ID }] : [];
    return jsonReply(200, {
      totalRecords: data.length,
      count: data.length,
      data,
      facets: [],
      resultTruncated: "false",
    });
  }
  if (method !== "GET" || path !== RULE_ID || rule === undefined) {
    return azureError(403, "AuthorizationFailed", "The client does not have authorization to perform this action.");
  }
  const { dcrImmutableId: immutableId, streamName, columns } = rule;
  const declared = columns.map((name) => ({ name, type: "dynamic" }));
  return jsonReply(200, {
    id: RULE_ID,
    name: "arbitex",
    kind: "Direct",
    properties: { immutableId, streamDeclarations: { [streamName]: { columns: declared } } },
  });
}
