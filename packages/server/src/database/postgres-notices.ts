import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import pg from "pg";
import { messageOf } from "../message-of.ts";
import type { Channel, NoticeListener } from "./database.ts";
import { createPostgresSockets } from "./postgres-sockets.ts";

interface PostgresNotices {
  readonly config: pg.ClientConfig;
  /** Name of the database, for logs. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly channel: Channel;
  readonly listener: NoticeListener;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Listens on a dedicated connection, and reconnects when it is lost. */
export function listenOnPostgres(notices: PostgresNotices, signal: AbortSignal): void {
  void keepListening(notices, signal);
}

async function keepListening(notices: PostgresNotices, signal: AbortSignal): Promise<void> {
  const { name, clock, logger, channel } = notices;
  let failures = 0;
  while (!signal.aborted) {
    const reason = await listenOnce(notices, signal, () => {
      if (failures > 0) logger.info({ database: name, channel }, "hears of changes again");
      failures = 0;
    });
    if (signal.aborted) return;
    if (failures === 0) {
      logger.warn({ database: name, channel, reason }, "does not hear of changes at once, looks for them meanwhile");
    }
    failures++;
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
    await sleep(clock, ceiling * (0.5 + clock.random() / 2), signal);
  }
}

/** Resolves with the reason when the connection ends. Never rejects. */
async function listenOnce(
  { config, channel, listener }: PostgresNotices,
  signal: AbortSignal,
  onListening: () => void,
): Promise<string> {
  const sockets = createPostgresSockets();
  const client = new pg.Client({ ...config, stream: sockets.stream });
  const ended = new Promise<string>((resolve) => {
    client.on("error", (error) => resolve(error.message));
    client.on("end", () => resolve("the connection was closed"));
  });
  // A connection that does not answer would never end, and keep the process alive.
  const end = () => {
    client.end().catch(() => undefined);
    sockets.endSoon();
  };
  signal.addEventListener("abort", end);
  client.on("notification", ({ payload }) => listener(payload || undefined));
  try {
    await client.connect();
    await client.query(`listen ${channel}`);
    onListening();
    // Earlier changes were not notified.
    if (!signal.aborted) listener(undefined);
    return await ended;
  } catch (error) {
    return messageOf(error);
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}
