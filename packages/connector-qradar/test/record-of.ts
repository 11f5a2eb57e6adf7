import type { OcsfEvent } from "@arbitex/core";

/** As much of an event's record as an encoder reads. */
export function recordOf(event: OcsfEvent) {
  const { time, severity_id } = event;
  return {
    event: () => event,
    time: typeof time === "number" ? time : Number.NaN,
    severityId: typeof severity_id === "number" ? severity_id : 0,
    acceptedAt: 0,
  };
}

/** The least that the host takes. */
export const bare: OcsfEvent = {
  class_uid: 6003,
  category_uid: 6,
  activity_id: 1,
  severity_id: 1,
  time: 1_768_471_200_123,
  metadata: { version: "1.1.0", uid: "0191f2a0-0000-7000-8000-000000000001", product: { name: "Arbitex" } },
};
