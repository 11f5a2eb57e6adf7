/** Why an event left the happy path, in the words of a dead letter. */
export type Stage = "encode" | "limit" | "rejected" | "send" | "overflow" | "expired" | "removed";
