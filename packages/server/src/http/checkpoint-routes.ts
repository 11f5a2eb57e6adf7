import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { HostRoutesOptions } from "./host-routes-options.ts";
import { ALWAYS, answers, bearer } from "./problem-docs.ts";
import type { Problem } from "./problem.ts";
import { Refusal } from "./problem.ts";

const MOST_CHECKPOINTS = 1000;

export const checkpointsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MOST_CHECKPOINTS).default(100),
});

/** A public key as a JSON Web Key. */
export const signingKeyAnswer = z.object({
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  kid: z.string(),
  use: z.string(),
  alg: z.string(),
  created_at: z.string(),
  retired_at: z.string().optional(),
});

export const checkpointAnswer = z
  .record(z.string(), z.unknown())
  .meta({ description: "The event that the SIEM gets, newest first. `unmapped.checkpoint` has the numbers." });

const keysDocs = {
  operationId: "listSigningKeys",
  summary: "The public keys that verify checkpoints, newest first",
  tags: ["Events"],
  security: bearer,
  response: answers({ 200: z.object({ keys: z.array(signingKeyAnswer) }) }, ALWAYS),
};

const checkpointsDocs = {
  operationId: "listDestinationCheckpoints",
  summary: "What the SIEM of a destination must have",
  tags: ["Events"],
  security: bearer,
  params: z.object({ id: z.string() }),
  querystring: checkpointsQuery,
  response: answers({ 200: z.object({ checkpoints: z.array(checkpointAnswer) }) }, [...ALWAYS, 404]),
};

/** Adds the ledger of checkpoints of any destination, and the keys that sign them. */
export function addCheckpointRoutes(app: FastifyInstance, { host, signingKeys }: HostRoutesOptions): void {
  app.get("/v1/signing-keys", { schema: keysDocs }, async () => ({ keys: (await signingKeys?.()) ?? [] }));
  app.get("/v1/destinations/:id/checkpoints", { schema: checkpointsDocs }, async (request) => {
    const { id } = checkpointsDocs.params.parse(request.params);
    const query = checkpointsQuery.safeParse(request.query);
    const checkpoints = await host.checkpointsOf(id, query.success ? query.data.limit : MOST_CHECKPOINTS);
    if (checkpoints === undefined) throw new Refusal(noStream);
    return { checkpoints };
  });
}

const noStream: Problem = {
  status: 404,
  code: "not_found",
  title: "Not found",
  detail: "No destination of this id numbers its events. Set `integrity: { sequence: true }` in its `delivery`.",
};
