import type { Fault } from "@arbitex/simulators";
import { simulators } from "@arbitex/simulators";

/** Whether a SIEM of this type can fail so, and a client can tell that from success. */
export function isStrikeable(type: string, fault: Fault): boolean {
  if (fault.kind === "empty" && EMPTY_IS_SUCCESS.has(type)) return false;
  const lacks = simulators[type]?.lacks ?? {};
  switch (fault.kind) {
    case "status":
    // Who gets no answers cannot tell a receiver that stopped reading from one that is slow.
    case "hang":
    // Who gives no answers gives none that are bad.
    case "early":
    case "endless":
    case "informed":
    case "drip":
    case "continue":
      return lacks["503"] === undefined;
    case "partial":
    case "truncated":
    case "html":
      return lacks[fault.kind] === undefined;
    case "empty":
      return lacks.html === undefined;
    default:
      return !(fault.kind in lacks);
  }
}

/** A 200 without a body is how these say that all is well, or may; in protobuf it is a message that says nothing. */
const EMPTY_IS_SUCCESS: ReadonlySet<string> = new Set(["sumo_logic", "otlp_http", "webhook"]);
