import { createUuidv7Source } from "../ocsf/uuidv7.ts";

/** Returns a new UUIDv7, for an event without an id or for a dead letter. */
export const newUid: () => string = createUuidv7Source();
