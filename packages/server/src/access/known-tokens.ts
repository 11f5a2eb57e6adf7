import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { messageOf } from "../message-of.ts";
import type { Authenticate } from "./access.ts";
import type { ActiveToken, TokenStore } from "./token-store.ts";
import { hashOfToken } from "./token-store.ts";

export interface KnownTokens {
  readonly authenticate: Authenticate;
  /** Whether at least one token has the ingest scope. */
  readonly hasIngest: () => boolean;
  /** Writes the last-used times. */
  close(): Promise<void>;
}

export interface KnownTokensOptions {
  readonly store: Pick<TokenStore, "active" | "watch" | "noteUses">;
  readonly clock: Pick<Clock, "now" | "after">;
  readonly logger: Logger;
}

const NOTE_USES_MS = 60_000;

/**
 * The tokens of the database, cached in memory so that no request waits for a query. A revoked token is refused within
 * a second on a database that sends notifications, and within 30 s otherwise. While the database is unavailable, the
 * last known tokens stay valid.
 */
export async function openKnownTokens({ store, clock, logger }: KnownTokensOptions): Promise<KnownTokens> {
  const closing = new AbortController();
  let known: ReadonlyMap<string, ActiveToken> = new Map();
  let uses = new Map<string, Date>();
  let reading: Promise<void> | undefined;
  let isOutdated = false;
  let cancel = clock.after(NOTE_USES_MS, noteAgain);

  async function read(): Promise<void> {
    do {
      isOutdated = false;
      known = new Map((await store.active()).map((token) => [token.hash, token]));
    } while (isOutdated);
  }

  function readAgain(): void {
    isOutdated = true;
    reading ??= read()
      .catch((error: unknown) => {
        logger.warn({ reason: messageOf(error) }, "tokens cannot be read; those that are known go on");
      })
      .finally(() => {
        reading = undefined;
      });
  }

  async function noteUses(): Promise<void> {
    const used = uses;
    uses = new Map();
    if (used.size === 0) return;
    try {
      await store.noteUses(used);
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, "when tokens were used last cannot be written");
    }
  }

  function noteAgain(): void {
    void noteUses().finally(() => {
      if (!closing.signal.aborted) cancel = clock.after(NOTE_USES_MS, noteAgain);
    });
  }

  await read();
  store.watch(readAgain, closing.signal);
  return {
    async authenticate(bearer) {
      const token = known.get(hashOfToken(bearer));
      const now = clock.now();
      if (token === undefined || (token.expiresAt !== null && token.expiresAt.getTime() <= now)) return undefined;
      uses.set(token.id, new Date(now));
      return { name: token.name, scopes: [token.scope], tokenId: token.id };
    },
    hasIngest: () => [...known.values()].some(({ scope }) => scope.kind === "ingest"),
    async close() {
      closing.abort();
      cancel();
      await noteUses();
    },
  };
}
