import type { Reply } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";

/** A refusal by Azure: code and message in the body, the code also in a header. */
export function azureError(status: number, code: string, message: string, headers?: Reply["headers"]): Reply {
  return jsonReply(status, { error: { code, message } }, { "x-ms-error-code": code, ...headers });
}

/** Azure's failures, for faults that name only a status. */
export function azureFailure(status: number): Reply {
  switch (status) {
    case 400:
      return azureError(400, "InvalidRequestContent", "The request content could not be read as a JSON array.");
    case 401:
      return azureError(401, "InvalidToken", "The authentication token is missing, expired or for another audience.");
    case 403:
      return noAccess("dcr-simulated");
    case 404:
      return noRule("dcr-simulated");
    case 413:
      return tooLarge(1_048_577, 1_048_576);
    case 429:
      return azureError(429, "TooManyRequests", "The quota of the data collection rule is used up.", {
        "retry-after": "1",
      });
    case 503:
      return azureError(503, "ServiceUnavailable", "The service is temporarily unavailable.");
    default:
      return azureError(status, "InternalServerError", "An error has occurred.");
  }
}

export function noAccess(dcrImmutableId: string): Reply {
  const message =
    "The authentication token provided does not have access to ingest data for the data collection rule with " +
    `immutable Id '${dcrImmutableId}' PipelineAccessResult: AccessGranted: False, IsRbacPresent: False, ` +
    "IsDcrDceBindingValid: , DcrArmId: , Message: Required authorization action was not found.";
  return azureError(403, "OperationFailed", message);
}

export function noRule(dcrImmutableId: string): Reply {
  return azureError(404, "NotFound", `Data collection rule with immutable Id '${dcrImmutableId}' not found.`);
}

export function noStream(streamName: string): Reply {
  return azureError(400, "InvalidStream", `The stream ${streamName} was not configured in the data collection rule.`);
}

export function tooLarge(bytes: number, maxBytes: number): Reply {
  const message = `Maximum allowed content length: ${maxBytes} bytes (1 MB). Provided content length: ${bytes} bytes.`;
  return azureError(413, "ContentLengthLimitExceeded", message);
}

/** A refusal by Entra. */
export function entraError(status: number, error: string, code: number, text: string, now: number): Reply {
  const ids = {
    trace_id: "5a1b0000-0000-4000-8000-0000000000aa",
    correlation_id: "5a1b0000-0000-4000-8000-0000000000bb",
  };
  const timestamp = new Date(now)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
  const trace = `Trace ID: ${ids.trace_id} Correlation ID: ${ids.correlation_id} Timestamp: ${timestamp}`;
  return jsonReply(status, {
    error,
    error_description: `AADSTS${code}: ${text} ${trace}`,
    error_codes: [code],
    timestamp,
    ...ids,
  });
}
