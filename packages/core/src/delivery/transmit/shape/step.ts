import type { AcceptedEvent } from "../../../event/accepted-event.ts";

/** Returns the event itself, or a copy with a change. The event stays as it is: other destinations share it. */
export type Step = (record: AcceptedEvent) => AcceptedEvent;
