import type { Reply } from "../simulator/behaviour.ts";
import { htmlReply, jsonReply } from "../simulator/behaviour.ts";

const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** An error in the format of Google's APIs. */
export function googleError(status: number, message: string, details?: readonly object[]): Reply {
  const error = { code: status, message, status: STATUSES[status] ?? "UNKNOWN", ...(details && { details }) };
  return jsonReply(status, { error });
}

/** An internal error of Google. */
export function googleFailure(status: number): Reply {
  switch (status) {
    case 401:
      return googleError(401, "Request had invalid authentication credentials. Expected OAuth 2 access token.");
    case 403:
      return googleError(403, "Permission 'chronicle.logs.import' denied on resource (or it may not exist).");
    case 404:
      return htmlReply(404, "Error 404 (Not Found)!!1", "The requested URL was not found on this server.");
    case 429:
      return googleError(429, "Quota exceeded for quota metric 'Ingestion bytes'.", [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "RATE_LIMIT_EXCEEDED",
          domain: "googleapis.com",
        },
      ]);
    case 400:
      return googleError(400, "Request contains an invalid argument.");
    default:
      return googleError(status, "The service is currently unavailable.");
  }
}
