import type { HttpReply } from "@arbitex/core";

/** Sends a request to the cluster; the path begins with a slash. Resolves to the reply whatever its status. */
export type Ask = (path: string, body?: object) => Promise<HttpReply>;
