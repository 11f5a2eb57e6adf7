import { createHash } from "node:crypto";
import type { Logger } from "@arbitex/core";
import { messageOf } from "../message-of.ts";
import type { RequestCounts } from "../database/request-counts.ts";
import type { RequestLimit, RequestLimitOptions } from "./request-limit.ts";
import { createRequestLimit } from "./request-limit.ts";

export interface SharedRequestLimitOptions extends RequestLimitOptions {
  /** Names the limit in the table. */
  readonly name: string;
  readonly counts: RequestCounts;
  readonly logger: Logger;
}

/**
 * A limit that all servers count together, in the database. What it limits reads or writes rows anyway. A refused
 * organisation is refused from memory until its window ends, so that a flood of requests does not reach the database.
 * While the database is away, this server counts for itself.
 */
export function createSharedRequestLimit(options: SharedRequestLimitOptions): RequestLimit {
  const { name, most, perMs, now, counts, logger } = options;
  const own = createRequestLimit({ most, perMs, now });
  /** By organisation, in order of refusal. */
  const refusedUntil = new Map<string, number>();
  /** Whether the last count failed. */
  let isAlone = false;

  function refusedSeconds(orgId: string): number {
    for (const [id, until] of refusedUntil) if (until <= now()) refusedUntil.delete(id);
    return Math.max(0, Math.ceil(((refusedUntil.get(orgId) ?? 0) - now()) / 1000));
  }

  async function ask(orgId: string, shared: () => Promise<number>, alone: () => Promise<number>): Promise<number> {
    let wait: number;
    try {
      wait = await shared();
    } catch (error) {
      const reason = messageOf(error);
      if (!isAlone) logger.warn({ limit: name, reason }, "requests are limited by this server alone for now");
      isAlone = true;
      return alone();
    }
    if (isAlone) logger.info({ limit: name }, "requests are limited over all servers again");
    isAlone = false;
    if (wait > 0) refusedUntil.set(orgId, now() + wait * 1000);
    return wait;
  }

  async function unlessRefused(...[orgId, shared, alone]: Parameters<typeof ask>): Promise<number> {
    const refused = refusedSeconds(orgId);
    return refused > 0 ? refused : ask(orgId, shared, alone);
  }

  return {
    take: (orgId) =>
      unlessRefused(
        orgId,
        () => counts.take({ name, orgId, most, perMs }),
        () => own.take(orgId),
      ),
    // What was counted in this window stays allowed, so the table is asked although others are refused.
    takeOnce: (orgId, thing) =>
      ask(
        orgId,
        () => counts.take({ name, orgId, most, perMs, thing: createHash("sha256").update(thing).digest("base64") }),
        () => own.takeOnce(orgId, thing),
      ),
    waitSeconds: (orgId) =>
      unlessRefused(
        orgId,
        () => counts.waitSeconds({ name, orgId, most }),
        () => own.waitSeconds(orgId),
      ),
  };
}
