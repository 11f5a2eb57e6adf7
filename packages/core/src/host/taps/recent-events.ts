import type { Clock } from "../../clock.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";
import { ByteEvent } from "../../event/byte-event.ts";
import { orgKey } from "../../event/same-org.ts";

/** Recent events of each organisation, in memory, to try filters on. */
export interface RecentEvents {
  /** Notes accepted events. Of many at once, it keeps some. */
  saw(records: readonly AcceptedEvent[]): void;
  /** Returns the last events of an organisation, oldest first; of all, if undefined. */
  of(orgId: string | null | undefined): readonly AcceptedEvent[];
}

/** Events that are kept of one organisation, and of all together for the operator. */
const KEPT = 1000;
/** Organisations whose events are kept: the least recently active are forgotten first. */
const MOST_ORGS = 200;
/** Bytes that are kept of one organisation. */
const MOST_BYTES = 512 * 1024;
/** Larger events are rare. */
const LARGEST = 32 * 1024;
/** Events that are noted in a tenth of a second: noting a million would cost what filtering them does. */
const NOTED = 100;
const TENTH_MS = 100;

interface Ring {
  readonly records: AcceptedEvent[];
  bytes: number;
}

export function createRecentEvents(clock: Pick<Clock, "elapsed">): RecentEvents {
  const all: Ring = { records: [], bytes: 0 };
  const byOrg = new Map<string, Ring>();
  let tenth = Number.NEGATIVE_INFINITY;
  let noted = 0;

  function ringOf(orgId: string): Ring {
    const key = orgKey(orgId);
    const ring = byOrg.get(key) ?? { records: [], bytes: 0 };
    // The last of the map is the most recently active.
    byOrg.delete(key);
    byOrg.set(key, ring);
    const [oldest = key] = byOrg.keys();
    if (byOrg.size > MOST_ORGS) byOrg.delete(oldest);
    return ring;
  }

  return {
    saw(records) {
      const now = clock.elapsed();
      if (now - tenth >= TENTH_MS) {
        tenth = now;
        noted = 0;
      }
      if (noted >= NOTED) return;
      const step = Math.max(1, Math.ceil(records.length / (NOTED - noted)));
      for (let index = 0; index < records.length; index += step) {
        const record = records[index];
        if (record === undefined || record.bytes > LARGEST) continue;
        noted++;
        const own = copyOf(record);
        add(all, own);
        if (own.orgId !== null) add(ringOf(own.orgId), own);
      }
    },
    of: (orgId) => (orgId === undefined || orgId === null ? all : byOrg.get(orgKey(orgId)))?.records ?? [],
  };
}

function add(ring: Ring, record: AcceptedEvent): void {
  ring.records.push(record);
  ring.bytes += record.bytes;
  while (ring.records.length > KEPT || ring.bytes > MOST_BYTES) ring.bytes -= ring.records.shift()?.bytes ?? 0;
}

/** The event itself may keep the whole request in memory. */
function copyOf(record: AcceptedEvent): AcceptedEvent {
  const { id, orgId, classUid, severityId, time, acceptedAt, bytes, utf8 } = record;
  const fields = { id, orgId, classUid, severityId, time, acceptedAt };
  if (utf8 === undefined) {
    const copy = new AcceptedEvent({ ...fields, json: record.json });
    copy.compact();
    return copy;
  }
  const text = Buffer.allocUnsafeSlow(utf8.end - utf8.start);
  utf8.bytes.copy(text, 0, utf8.start, utf8.end);
  return new ByteEvent({ ...fields, bytes, text, notes: undefined, notesAt: 0 });
}
