import type { HttpClient, HttpReply } from "@arbitex/core";
import { jsonOf } from "@arbitex/core";
import { z } from "zod";
import { baseOf } from "./addresses.ts";

export interface RuleLookup {
  readonly http: HttpClient;
  readonly management: string;
  readonly token: string;
  readonly dcrImmutableId: string;
}

/** Columns of each stream declared by a rule, or why they cannot be read. */
export type DeclaredColumns =
  | { readonly kind: "declared"; readonly streams: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: "unknown"; readonly reason: string };

const found = z.object({ data: z.array(z.object({ id: z.string().startsWith("/") })) });

const rule = z.object({
  properties: z.object({
    streamDeclarations: z
      .record(z.string(), z.object({ columns: z.array(z.object({ name: z.string() })).default([]) }))
      .default({}),
  }),
});

const GRAPH_API_VERSION = "2022-10-01";
const RULES_API_VERSION = "2023-03-11";

/**
 * Finds a rule by its immutable id, which is not an address in Azure Resource Manager, and reads its declarations.
 * Requires the right to read the rule, which sending does not.
 */
export async function readDeclaredColumns(lookup: RuleLookup, signal: AbortSignal): Promise<DeclaredColumns> {
  const { http, management, token, dcrImmutableId } = lookup;
  const base = baseOf(management);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  // The id holds only letters, digits, dots, dashes and underscores, so that it cannot end the query's string.
  const query =
    "resources | where type =~ 'microsoft.insights/datacollectionrules' " +
    `| where properties.immutableId =~ '${dcrImmutableId}' | project id`;
  const search = await http.send(
    {
      url: `${base}/providers/Microsoft.ResourceGraph/resources?api-version=${GRAPH_API_VERSION}`,
      headers,
      body: Buffer.from(JSON.stringify({ query })),
    },
    signal,
  );
  const hits = found.safeParse(jsonOf(search));
  if (search.status !== 200 || !hits.success) return unknown("searching for the rule", search);
  const [hit] = hits.data.data;
  if (hit === undefined) return { kind: "unknown", reason: "the identity may not read the data collection rule" };

  const reply = await http.send(
    { url: `${base}${hit.id}?api-version=${RULES_API_VERSION}`, method: "GET", headers },
    signal,
  );
  const parsed = rule.safeParse(jsonOf(reply));
  if (reply.status !== 200 || !parsed.success) return unknown("reading the rule", reply);
  const streams = Object.entries(parsed.data.properties.streamDeclarations).map(
    ([name, { columns }]): [string, readonly string[]] => [name, columns.map((column) => column.name)],
  );
  return { kind: "declared", streams: Object.fromEntries(streams) };
}

function unknown(what: string, { status }: HttpReply): DeclaredColumns {
  return { kind: "unknown", reason: `${what} was answered with HTTP ${status}` };
}
