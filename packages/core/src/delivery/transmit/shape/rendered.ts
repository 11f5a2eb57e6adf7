import { AcceptedEvent } from "../../../event/accepted-event.ts";
import { isJsonObject, type JsonObject } from "../../../ocsf/json-value.ts";
import { parseJson } from "../../../ocsf/parse-json.ts";
import { render } from "../../../ocsf/rendering.ts";
import { toVersion } from "../../../ocsf/version/to-version.ts";
import { writeEvent } from "../../../ocsf/write-json.ts";
import type { Step } from "./step.ts";

/** Returns an event in the strict rendering. */
export const rendered = converting((event) => render(event, "strict"));

/** Return an event in a later version of OCSF. */
export const inVersion = {
  "1.5": converting((event) => toVersion(event, "1.5")),
  "1.8": converting((event) => toVersion(event, "1.8")),
} as const;

function converting(convert: (event: JsonObject) => JsonObject): Step {
  return (record) => {
    const event = parseJson(record.json);
    return withJson(record, isJsonObject(event) ? writeEvent(convert(event)) : record.json);
  };
}

/** Returns an event of the same identity with another text. */
export function withJson(record: AcceptedEvent, json: string): AcceptedEvent {
  const { id, orgId, classUid, severityId, time, acceptedAt, sequence, origin } = record;
  const changed = new AcceptedEvent({ id, orgId, classUid, severityId, time, acceptedAt, json });
  changed.sequence = sequence;
  changed.origin = origin;
  return changed;
}
