import type { AcceptedEvent } from "../../event/accepted-event.ts";

/** Told of events as they are taken to be sent, and of those that are left out. Must be quick, and must not throw. */
export type Observe = (wanted: readonly AcceptedEvent[], unwanted: readonly AcceptedEvent[]) => void;
