import type { Reply } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";

const ERRORS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ["bad.request", "The request could not be read."],
  401: ["unauthorized", "The URL's code is not valid."],
  408: ["request.timeout", "The request took too long."],
  500: ["internal.error", "Internal server error."],
  503: ["service.unavailable", "The service is temporarily unavailable."],
  504: ["gateway.timeout", "The service did not answer in time."],
};

const QUOTA = "You have temporarily exceeded your Sumo Logic quota. Please retry later, or contact your administrator.";

/** A refusal or failure of Sumo Logic. Its 429 is plain text. */
export function sumoFailure(status: number, message?: string): Reply {
  if (status === 429) return { status, headers: { "content-type": "text/plain" }, body: QUOTA };
  const [code, usual] = ERRORS[status] ?? [`error.${status}`, "The request could not be answered."];
  const errors = [{ code, message: message ?? usual }];
  return jsonReply(status, { status, id: "SIMUL-ATION-00001", code, message: message ?? usual, errors });
}
