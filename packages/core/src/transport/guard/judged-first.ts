import { isIP } from "node:net";
import type { Dispatcher } from "undici";
import { canonicalHost } from "./allow-list.ts";
import type { EgressGuard } from "./guard.ts";
import { isRefusal } from "./refusal.ts";
import { targetOf } from "./target.ts";

/**
 * Judges a request before a proxy is asked to carry it, for then the connection is the proxy's. A name is looked up here
 * first; one that only the proxy knows is left to it, unless it looks like an internal one.
 */
export function judgedFirst(guard: EgressGuard): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const target = targetOf(new URL(String(options.origin)));
    const goOn = (refusal: Error | undefined) => {
      if (refusal === undefined) dispatch(options, handler);
      else handler.onResponseError?.(nothingToControl, refusal);
    };
    const refusal = guard.refuseTarget(target);
    if (refusal !== undefined || isIP(canonicalHost(target.host)) !== 0) goOn(refusal);
    else
      guard.lookup(target.host, { all: true }, (error) => {
        if (error === null || isRefusal(error)) goOn(error ?? undefined);
        else goOn(guard.refuseUnresolved(target.host));
      });
    return true;
  };
}

/** There is no request yet. */
const nothingToControl: Dispatcher.DispatchController = {
  aborted: true,
  paused: false,
  reason: null,
  abort: ignore,
  pause: ignore,
  resume: ignore,
};

function ignore(): void {}
