import { readPublishedKeys } from "@arbitex/core/host";
import { z } from "zod";
import { signingKeyPath } from "../config/signing-key-path.ts";
import { checkpointAnswer, checkpointsQuery, signingKeyAnswer } from "../http/checkpoint-routes.ts";
import { ALWAYS, answers, bearer } from "../http/problem-docs.ts";
import { orgQuery } from "./acting-org.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { rowsFor } from "./api-context.ts";

const query = orgQuery.extend({
  limit: checkpointsQuery.shape.limit,
  id: z.guid().toLowerCase().optional().meta({ description: "One configuration. Default: all of the organisation's." }),
});

const ledger = z.object({
  destinations: z.array(z.object({ id: z.string(), checkpoints: z.array(checkpointAnswer) })),
  keys: z.array(signingKeyAnswer).meta({ description: "The public keys, which `arbitex-siem verify --key` takes." }),
});

/** Adds the ledger of an organisation's checkpoints: what its SIEMs must have. */
export function addOrgCheckpointRoutes(app: ApiApp, context: ApiContext): void {
  const { host, settings } = context;
  app.get(
    "/v1/org/checkpoints",
    {
      schema: {
        operationId: "listCheckpoints",
        summary: "What each SIEM of the organisation must have",
        tags: ["Configurations"],
        security: bearer,
        querystring: query,
        response: answers({ 200: ledger }, [...ALWAYS, 422]),
      },
    },
    async (request) => {
      const { id, limit, org_id: orgId } = request.query;
      const { rows } = rowsFor(request, orgId, context);
      const destinations: z.output<typeof ledger>["destinations"] = [];
      for (const row of await rows.list()) {
        if (id !== undefined && row.id !== id) continue;
        const checkpoints = await host.checkpointsOf(row.id, limit);
        if (checkpoints !== undefined) destinations.push({ id: row.id, checkpoints: checkpoints.map(asRecord) });
      }
      return { destinations, keys: [...(await readPublishedKeys(signingKeyPath(settings.queue)))] };
    },
  );
}

function asRecord(checkpoint: unknown): Record<string, unknown> {
  return checkpointAnswer.parse(checkpoint);
}
