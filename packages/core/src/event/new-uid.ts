import { createUuidv7Source } from "../ocsf/uuidv7.ts";

/** A new identity, for an event without one or a dead letter. */
export const newUid: () => string = createUuidv7Source();
