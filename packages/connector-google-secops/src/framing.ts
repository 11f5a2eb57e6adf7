import type { Framing } from "@arbitex/core";
import { forwarderName } from "./addresses.ts";
import type { GoogleSecOpsConfig } from "./schema.ts";

/** Returns the framing of an import request. */
export function framingOf(config: GoogleSecOpsConfig): Framing {
  const forwarder = forwarderName(config);
  const before = forwarder === undefined ? "" : `"forwarder":${JSON.stringify(forwarder)},`;
  return {
    contentType: "application/json",
    prefix: `{"inlineSource":{${before}"logs":[`,
    separator: ",",
    suffix: "]}}",
  };
}
