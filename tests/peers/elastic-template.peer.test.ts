import type { OcsfEvent, SendResult } from "@arbitex/core";
import { fromAuditRecord } from "@arbitex/core/ocsf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DrivenSink } from "./elastic-driver.ts";
import { driveSink, generated, installTemplate, order } from "./elastic-driver.ts";
import type { SearchPeer } from "./search-peer.ts";
import { hasJdk, startSearchPeer } from "./search-peer.ts";

const INDEX = "arbitex-ocsf-template";
const BYSTANDERS = 2000;

/** Records of which each must be found by what makes it different, and by nothing else. */
const planted = {
  manyTokens: { action: "chat_completion", outcome: "ALLOW", token_count_input: 12_000, cost_estimate: 0.5 },
  tokensAsText: { action: "chat_completion", outcome: "ALLOW", token_count_input: "9000", latency_ms: 350.5 },
  privilege: {
    action: "role_assignment",
    outcome: "SUCCESS",
    old_role: "member",
    role: "owner",
    target_user_id: "u-target",
  },
  group: { action: "group.member_added", group_name: "admins", target_user_id: "u-new" },
  key: { action: "key_deleted", key_id: "k-1", key_name: "production" },
  finding: {
    action: "dlp_block",
    action_taken: "BLOCK",
    user_id: "u-leak",
    src_ip: "203.0.113.7",
    matched_rule_id: "r-ssn",
    dlp_findings: [{ entity_type: "ssn", tier: 1, confidence: 0.97 }],
  },
  vpn: { action: "auth.login_success", src_ip: "198.51.100.4", ip_enrichment: { is_vpn: true, asn: 64_500 } },
  inDetails: { action: "role_assignment", details: { new_role: "auditor" } },
  request: { action: "chat_completion", path: "/v1/chat", method: "POST", session_id: "s-1", status_code: 429 },
} as const;

type Planted = keyof typeof planted;

/** What may go wrong in records of others: an object for a text, a text for an object, a word for a number. */
const misshapen = [
  { action: "chat_completion", role: { id: 1 }, token_count_input: { in: 5 }, provider: ["a", { b: 1 }] },
  { action: "chat_completion", details: "all well", metadata: "none", actor: "me", user: 7, http_request: "GET /" },
  { action: "chat_completion", token_count_input: "many", status_code: "rate limited", dlp_triggered: "maybe" },
  { action: "chat_completion", details: { new_role: { id: 1 } }, src_asn: "AS64500", notes: "x".repeat(40_000) },
];

const peers = [
  { name: "Elasticsearch 8.19", peer: "es8", template: "index-template.json", settings: { "index.mode": "logsdb" } },
  // As of its version 9 that is what streams named `logs-*-*` have.
  { name: "Elasticsearch 9.5", peer: "es9", template: "index-template.json", settings: { "index.mode": "logsdb" } },
  { name: "OpenSearch 2.19", peer: "os2", template: "index-template.opensearch.json", settings: {} },
] as const;

it.skipIf(hasJdk(21))("IS NOT TESTED on Elasticsearch 9, which wants a JDK 21 or newer", () => undefined);

describe.each(peers.filter(({ peer }) => peer !== "es9" || hasJdk(21)))(
  "the template on $name",
  ({ peer, template, settings }) => {
    const isElastic = peer !== "os2";
    let node: SearchPeer;
    let driven: DrivenSink;
    const names = new Map<unknown, Planted>();
    let sent: readonly OcsfEvent[];
    let verdict: SendResult;

    beforeAll(async () => {
      node = await startSearchPeer({ peer });
      await installTemplate(node.url, template, settings);
      driven = await driveSink({ url: node.url, index: INDEX });
      const plantedEvents = Object.entries(planted).map(([name, record], index): OcsfEvent => {
        const id = `planted-${index}`;
        names.set(id, name as Planted);
        return { ...eventOf({ ...record, id }) };
      });
      sent = [...generated(BYSTANDERS), ...plantedEvents, ...misshapen.map(eventOf)];
      verdict = await driven.send(sent);
      await order(`${node.url}/${INDEX}/_refresh`, "POST");
    });

    afterAll(async () => {
      await driven?.close();
      await node?.stop();
    });

    it("takes every event, whatever the shapes in it", () => {
      expect(verdict).toEqual({ kind: "accepted" });
    });

    it("gives back every event as it came", async () => {
      const stored = new Map<unknown, string>();
      for (const { _source: source } of await search({ match_all: {} }, 10_000)) {
        const { "@timestamp": _, ...event } = source;
        stored.set(uidOf(event), JSON.stringify(event));
      }
      expect(stored.size).toBe(sent.length);
      expect(sent.filter((event) => stored.get(uidOf(event)) !== JSON.stringify(event))).toEqual([]);
    });

    it.each<[string, object, readonly Planted[], "everywhere" | "Elasticsearch"]>([
      ["tokens above a number", range("unmapped.token_count_input", { gte: 10_000 }), ["manyTokens"], "everywhere"],
      [
        "tokens given as text",
        range("unmapped.token_count_input", { gte: 9000, lt: 10_000 }),
        ["tokensAsText"],
        "everywhere",
      ],
      ["cost", range("unmapped.cost_estimate", { gte: 0.45, lt: 0.55 }), ["manyTokens"], "everywhere"],
      ["a role that was given", term("policy.name", "owner"), ["privilege"], "everywhere"],
      ["the role before", term("unmapped.old_role", "member"), ["privilege"], "everywhere"],
      ["whose account it was", term("user.uid", "u-target"), ["privilege"], "everywhere"],
      ["a group", term("user.groups.name", "admins"), ["group"], "everywhere"],
      ["a key", term("user.credential_uid", "k-1"), ["key"], "everywhere"],
      ["a key's name", term("unmapped.key_name", "production"), ["key"], "everywhere"],
      ["the action's own name", term("metadata.event_code", "key_deleted"), ["key"], "everywhere"],
      ["what was found", term("finding_info.types", "ssn"), ["finding"], "everywhere"],
      ["the rule", term("finding_info.analytic.uid", "r-ssn"), ["finding"], "everywhere"],
      ["what was done", term("disposition_id", 2), ["finding"], "everywhere"],
      ["who it was", term("evidences.actor.user.uid", "u-leak"), ["finding"], "everywhere"],
      ["from where", term("evidences.src_endpoint.ip", "203.0.113.0/24"), ["finding"], "everywhere"],
      ["a single finding", term("unmapped.dlp_findings.entity_type", "ssn"), ["finding"], "Elasticsearch"],
      ["a VPN", term("unmapped.ip_enrichment.is_vpn", true), ["vpn"], "everywhere"],
      ["a network", range("unmapped.ip_enrichment.asn", { gte: 64_000, lt: 65_000 }), ["vpn"], "everywhere"],
      ["a detail", term("unmapped.details.new_role", "auditor"), ["inDetails"], "Elasticsearch"],
      ["a path", term("http_request.url.url_string", "/v1/chat"), ["request"], "everywhere"],
    ])("finds %s", async (_, query, wanted, where) => {
      const found = (await search(query, 1000)).map(({ _id }) => names.get(_id) ?? _id);
      expect(found).toEqual(where === "everywhere" || isElastic ? wanted : []);
    });

    async function search(query: object, size: number): Promise<readonly Hit[]> {
      const reply = await order(`${node.url}/${INDEX}/_search`, "POST", { query, size });
      return (reply["hits"] as { readonly hits: readonly Hit[] }).hits;
    }
  },
);

interface Hit {
  readonly _id: string;
  readonly _source: OcsfEvent;
}

/** Findings in the class that hides who it was and from where in its evidence. */
function eventOf(record: object): OcsfEvent {
  const { event } = fromAuditRecord({ timestamp: "2026-11-30T09:00:00.123Z", ...record }, { findingClass: 2004 });
  return { ...event };
}

function uidOf(event: OcsfEvent): unknown {
  return (event["metadata"] as { readonly uid?: unknown } | undefined)?.uid;
}

function term(field: string, value: unknown) {
  return { term: { [field]: value } };
}

function range(field: string, bounds: object) {
  return { range: { [field]: bounds } };
}
