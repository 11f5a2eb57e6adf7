import { AcceptedEvent } from "../../../event/accepted-event.ts";
import { isJsonObject } from "../../../ocsf/json-value.ts";
import { parseJson } from "../../../ocsf/parse-json.ts";
import { render } from "../../../ocsf/rendering.ts";
import { writeEvent } from "../../../ocsf/write-json.ts";

/** Returns an event in the strict rendering. */
export function rendered(record: AcceptedEvent): AcceptedEvent {
  const event = parseJson(record.json);
  return withJson(record, isJsonObject(event) ? writeEvent(render(event, "strict")) : record.json);
}

/** Returns an event of the same identity with another text. */
export function withJson(record: AcceptedEvent, json: string): AcceptedEvent {
  const { id, orgId, classUid, severityId, time, acceptedAt, sequence } = record;
  const changed = new AcceptedEvent({ id, orgId, classUid, severityId, time, acceptedAt, json });
  changed.sequence = sequence;
  return changed;
}
