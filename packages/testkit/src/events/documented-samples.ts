import type { OcsfEvent } from "@arbitex/core";

/** The event inside the platform's documented HEC entry. The documentation cuts off after `severity_id`, and so does this. */
const hecEvent: OcsfEvent = {
  class_uid: 6003,
  category_uid: 6,
  activity_id: 1,
  time: 1741824000123,
  severity_id: 1,
};

/** The event inside the documented Datadog entry. The documentation shows forms instead of some values; those are stand-ins. */
const datadogEvent: OcsfEvent = {
  class_uid: 6003,
  class_name: "API Activity",
  severity: "Informational",
  time: 1741737600000,
  actor: {
    user: { email_addr: "user@example.com" },
    org: { uid: "org_01jq8m2v5x3n9k7r4t6w0y1z2a" },
  },
  src_endpoint: { ip: "203.0.113.42" },
};

/** The sample entries of the platform's documentation, completed only as far as they can be read there. */
export const documentedSamples = {
  /** One entry of a HEC batch. `time` is in seconds, the event's own in milliseconds. */
  hecEntry: {
    time: 1741824000.123,
    host: "platform.arbitex.ai",
    source: "arbitex-platform",
    sourcetype: "arbitex:audit",
    index: "arbitex",
    event: hecEvent,
  },
  /** One entry of a Datadog array. The event is a text in `message`. */
  datadogEntry: {
    ddsource: "arbitex",
    ddtags: "env:production,team:security",
    hostname: "arbitex-platform-7c9f6d5b8-x2x9k",
    service: "arbitex-platform",
    message: JSON.stringify(datadogEvent),
  },
  /** The OCSF events of both entries. */
  events: [hecEvent, datadogEvent],
} as const;
