import { z } from "zod";
import type { Caller } from "../access/access.ts";
import type { Problem } from "../http/problem.ts";
import { Refusal } from "../http/problem.ts";
import { invalid } from "./validate-request.ts";

/** Query of every route for organisations. An administrator names the organisation to act for. */
export const orgQuery = z.strictObject({
  org_id: z
    .guid()
    .toLowerCase()
    .optional()
    .meta({ description: "The organisation to act for; wanted of an admin token, and needless with its own." }),
});

/** The organisation of a request. Refuses one that the caller's token has no scope for. */
export function actingOrg({ scopes }: Caller, asked: string | undefined): string {
  const own = scopes.flatMap((scope) =>
    scope.kind === "org" || scope.kind === "setup" ? [scope.orgId.toLowerCase()] : [],
  );
  const isAdmin = scopes.some(({ kind }) => kind === "admin");
  if (asked !== undefined) {
    if (isAdmin || own.includes(asked)) return asked;
    throw new Refusal(foreign);
  }
  const [first] = own;
  if (first !== undefined && own.length === 1) return first;
  throw new Refusal(invalid([unsaid]));
}

const foreign: Problem = {
  status: 403,
  code: "forbidden",
  title: "Forbidden",
  detail: "The token is not for the organisation that org_id names. Leave org_id out.",
};

const unsaid = {
  path: "org_id",
  message: "missing: the token is not for one organisation alone.",
  fix: "Name the organisation to act for: ?org_id=<UUID>.",
};
