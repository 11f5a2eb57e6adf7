import type { OcsfEvent } from "@arbitex/core";

/**
 * The event inside the platform's documented HEC entry. The documentation is cut off after `severity_id`, and so is
 * this.
 */
const hecEvent: OcsfEvent = {
  class_uid: 6003,
  category_uid: 6,
  activity_id: 1,
  time: 1741824000123,
  severity_id: 1,
};

/**
 * The event inside the documented Datadog entry. Where the documentation shows a placeholder, this has an invented
 * value.
 */
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

/** Sample entries of the platform's documentation, completed no further than the documentation allows. */
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
  /** One entry of a Datadog array. `message` contains the event as a string. */
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
