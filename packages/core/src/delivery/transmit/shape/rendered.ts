import { AcceptedEvent } from "../../../event/accepted-event.ts";
import { isJsonObject } from "../../../ocsf/json-value.ts";
import { parseJson } from "../../../ocsf/parse-json.ts";
import { render } from "../../../ocsf/rendering.ts";
import { toVersion } from "../../../ocsf/version/to-version.ts";
import type { OcsfVersion } from "../../../ocsf/version/version-changes.ts";
import { writeEvent } from "../../../ocsf/write-json.ts";

/** Returns an event in the strict rendering. */
export function rendered(record: AcceptedEvent): AcceptedEvent {
  const event = parseJson(record.json);
  return withJson(record, isJsonObject(event) ? writeEvent(render(event, "strict")) : record.json);
}

/** Returns an event in a later version of OCSF. */
const converted = (version: Exclude<OcsfVersion, "1.1">) => (record: AcceptedEvent) => {
  const event = parseJson(record.json);
  return withJson(record, isJsonObject(event) ? writeEvent(toVersion(event, version)) : record.json);
};

/** One for each version, so that destinations share the work. */
export const inVersion = { "1.5": converted("1.5"), "1.8": converted("1.8") } as const;

/** Returns an event of the same identity with another text. */
export function withJson(record: AcceptedEvent, json: string): AcceptedEvent {
  const { id, orgId, classUid, severityId, time, acceptedAt, sequence } = record;
  const changed = new AcceptedEvent({ id, orgId, classUid, severityId, time, acceptedAt, json });
  changed.sequence = sequence;
  return changed;
}
