import type { HttpReply } from "@arbitex/core";

/** Asks the cluster something; the path begins with a slash. Whatever the status, it is an answer. */
export type Ask = (path: string, body?: object) => Promise<HttpReply>;
