import type { Reply } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";

const ERRORS: Readonly<Record<number, readonly [title: string, detail: string]>> = {
  400: ["Bad Request", "Invalid JSON payload"],
  401: ["Unauthorized", "Missing API key"],
  403: ["Forbidden", "Invalid API key"],
  408: ["Request Timeout", "Request timed out"],
  413: ["Request Entity Too Large", "Request too large"],
  429: ["Too Many Requests", "Too many requests"],
  500: ["Internal Server Error", "Internal error"],
  503: ["Service Unavailable", "Service unavailable"],
};

/** The intake's answer to an accepted body. It tells nothing about single logs. */
export function taken(): Reply {
  return jsonReply(202, {});
}

/** A refusal or failure of the intake. */
export function datadogError(status: number, detail?: string): Reply {
  const [title, usual] = ERRORS[status] ?? [`Error ${status}`, "The request could not be answered"];
  return jsonReply(status, { errors: [{ status: String(status), title, detail: detail ?? usual }] });
}

/** A refusal of the API host. */
export function apiError(status: number, text: string): Reply {
  return jsonReply(status, { errors: [text] });
}
