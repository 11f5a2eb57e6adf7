import { EventEmitter } from "node:events";
import { instancesChannel } from "@platformatic/kafka";

let isHearing = false;

/**
 * Hears the errors of every connection. The client itself hears the first of each, and the second would end the process:
 * a broker that dies, or refuses a certificate, during authentication causes two.
 */
export function hearConnections(): void {
  if (isHearing) return;
  isHearing = true;
  instancesChannel.subscribe((created) => {
    if (!isConnection(created)) return;
    created.instance.on("error", () => undefined);
  });
}

function isConnection(created: unknown): created is { readonly instance: EventEmitter } {
  if (typeof created !== "object" || created === null) return false;
  return (
    "type" in created &&
    created.type === "connection" &&
    "instance" in created &&
    created.instance instanceof EventEmitter
  );
}
