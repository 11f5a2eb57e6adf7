import type { Batch, EventFailure, HttpReply, SendResult } from "@arbitex/core";
import { classifyStranger, jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";
import { itemsOf } from "./bulk-reply.ts";
import { nonsense } from "./classify.ts";

const FIX =
  "Set url to VictoriaLogs' own address, such as https://victoria-logs.example.com:9428, and the credential to what the proxy before it wants.";

/** Its complete outcome of an accepted event: no id, and no other status. */
const storedItem = z.object({ create: z.object({ status: z.literal(201) }) });

/** Returns the verdict on a bulk sent to VictoriaLogs. */
export function classifyVictoriaBulk(
  reply: HttpReply,
  { records }: Pick<Batch, "records" | "body">,
  now: number,
): SendResult {
  const events = records.length;
  if (reply.status === 200) return classifyItems(reply, events);
  if (reply.status === 400) {
    const [, number, cause] = STOPPED.exec(reply.text) ?? [];
    if (number !== undefined && cause !== undefined) return classifyStop(Number(number), cause, events, reply);
    if (reply.text.startsWith(UNKNOWN_PATH)) return { kind: "suspend", reason: reasonOf(reply), fix: FIX };
  }
  return classifyStranger(reply, now, FIX);
}

function classifyItems(reply: HttpReply, events: number): SendResult {
  const items = itemsOf(jsonOf(reply));
  if (items === undefined) return nonsense(reply, "it is not the reply of a bulk");
  if (items.length !== events) return nonsense(reply, `${items.length} outcomes for ${events} events`);
  if (!items.every((item) => storedItem.safeParse(item).success)) {
    return nonsense(reply, "an outcome is not that of a stored event");
  }
  return { kind: "accepted" };
}

const UNKNOWN_PATH = "unsupported path requested";
/** It reads line by line: the events before the number are stored, later ones are not. */
const STOPPED = /^cannot decode log message #(\d+) in \/_bulk request: (.*)/s;
/** Causes in the event itself. Other causes are in the connection and pass. */
const BAD_EVENT = /cannot parse|missing log message|unexpected command/;

/** Halving such a batch would store its first events again. */
function classifyStop(stored: number, cause: string, events: number, reply: HttpReply): SendResult {
  if (stored >= events) return nonsense(reply, `it stopped at event ${stored} of ${events}`);
  const reason = reasonOf(reply);
  const isBad = BAD_EVENT.test(cause);
  if (!isBad && stored === 0) return { kind: "retry", reason };
  const failures = Array.from({ length: events - stored }, (_, offset): EventFailure => {
    const index = stored + offset;
    if (!isBad) return { index, outcome: "retry", reason };
    return offset === 0
      ? { index, outcome: "rejected", reason }
      : { index, outcome: "unprocessed", reason: `VictoriaLogs stopped before it: ${reason}` };
  });
  return { kind: "partial", failures };
}
