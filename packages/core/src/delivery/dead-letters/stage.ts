/** The stage at which an event was dead-lettered. */
export type Stage = "encode" | "limit" | "rejected" | "send" | "overflow" | "expired" | "removed";
