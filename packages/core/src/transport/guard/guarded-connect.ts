import { buildConnector } from "undici";
import type { EgressGuard } from "./guard.ts";
import { targetOf } from "./target.ts";

/**
 * How undici connects under a guard. A `lookup` alone is not enough: it is not called for literal addresses, and one
 * answer is judged while another could be dialled.
 */
export function guardedConnect(guard: EgressGuard, options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: guard.lookup });
  return (target, callback) => {
    const refusal = guard.refuseTarget(targetOf(target));
    if (refusal !== undefined) {
      callback(refusal, null);
      return;
    }
    connect(target, (error, socket) => {
      const late = error === null ? guard.refusePeer(target.hostname, socket.remoteAddress) : undefined;
      if (error !== null) callback(error, null);
      else if (late === undefined) callback(null, socket);
      else {
        socket.destroy();
        callback(late, null);
      }
    });
  };
}
