import type { Sink } from "../../connector/connector.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { judgeKey, thrownText } from "./judge.ts";

/** An event whose partition key could not be computed. */
export interface Keyless {
  readonly record: AcceptedEvent;
  readonly reason: string;
}

/** Splits events into those with the first one's partition key and the rest. Without keys, all are alike. */
export function ofOneKey(
  records: readonly AcceptedEvent[],
  sink: Pick<Sink, "partitionKey">,
  type: string,
): {
  readonly alike: readonly AcceptedEvent[];
  readonly others: readonly AcceptedEvent[];
  readonly keyless: readonly Keyless[];
} {
  if (sink.partitionKey === undefined) return { alike: records, others: [], keyless: [] };
  const alike: AcceptedEvent[] = [];
  const others: AcceptedEvent[] = [];
  const keyless: Keyless[] = [];
  let keyOfFirst: string | undefined;
  for (const record of records) {
    try {
      const key = judgeKey(sink.partitionKey(record), type);
      keyOfFirst ??= key;
      (key === keyOfFirst ? alike : others).push(record);
    } catch (error) {
      keyless.push({ record, reason: thrownText(error) });
    }
  }
  return { alike, others, keyless };
}
