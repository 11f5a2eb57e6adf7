import type { Logger } from "@arbitex/core";
import type { Clock, FindUnopened, Host } from "@arbitex/core/host";
import { messageOf } from "../message-of.ts";
import type { Looking } from "./look-each.ts";
import { lookEach } from "./look-each.ts";

export interface WatchExpiryOptions {
  readonly host: Pick<Host, "deadLetterExpiring">;
  readonly unopened: FindUnopened;
  readonly clock: Pick<Clock, "after">;
  readonly logger: Logger;
}

/** Far below the margin that any topic leaves. A look asks once for each partition in which something waits. */
const LOOK_MS = 5000;

/** Makes dead letters of events before their topic deletes them, for whatever reason they were not delivered. */
export function watchExpiry({ host, unopened, clock, logger }: WatchExpiryOptions): Looking {
  let isFailing = false;

  async function look(): Promise<void> {
    try {
      await host.deadLetterExpiring(unopened);
      isFailing = false;
    } catch (error) {
      const message = "events that Kafka will delete soon cannot be made dead letters yet";
      if (!isFailing) logger.error({ reason: messageOf(error) }, message);
      isFailing = true;
    }
  }

  return lookEach(LOOK_MS, look, clock);
}
