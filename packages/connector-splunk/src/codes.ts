/** Meaning of HEC's reply code for the events of a request. */
export type Meaning =
  | { readonly kind: "taken"; readonly nearCapacity: boolean }
  /** Too busy; with an event number, the events before it were taken. */
  | { readonly kind: "busy" }
  /** The numbered event is bad; earlier ones were indexed, later ones were not parsed. */
  | { readonly kind: "bad-event" }
  | { readonly kind: "bad-request" }
  | { readonly kind: "misconfigured"; readonly fix: string };

export const ACK_DISABLED = 14;
export const NO_DATA = 5;
export const INVALID_FORMAT = 6;
const HEALTHY = 17;

export function meaningOf(code: number): Meaning | undefined {
  return meanings.get(code);
}

const taken: Meaning = { kind: "taken", nearCapacity: false };
const nearCapacity: Meaning = { kind: "taken", nearCapacity: true };
const busy: Meaning = { kind: "busy" };
const badEvent: Meaning = { kind: "bad-event" };
const misconfigured = (fix: string): Meaning => ({ kind: "misconfigured", fix });

const ENABLE_TOKEN =
  "Enable the token in Splunk under Settings, Data inputs, HTTP Event Collector (and All Tokens there).";
const CORRECT_TOKEN = "Set token to the value that Splunk shows under Settings, Data inputs, HTTP Event Collector.";
const HEADER_LOST =
  "Splunk did not get the Authorization header as it was sent: look for a proxy that removes or rewrites it.";
const CHANNEL_MISSING =
  "The token has indexer acknowledgement: set ack to true, or disable acknowledgement for the token. " +
  "If ack is true already, a proxy removes the X-Splunk-Request-Channel header.";

const meanings: ReadonlyMap<number, Meaning> = new Map([
  [0, taken],
  [1, misconfigured(ENABLE_TOKEN)],
  [2, misconfigured(HEADER_LOST)],
  [3, misconfigured(HEADER_LOST)],
  [4, misconfigured(CORRECT_TOKEN)],
  [NO_DATA, { kind: "bad-request" }],
  [INVALID_FORMAT, badEvent],
  // All events of a destination name the same index, so that the first is refused and none was taken. The number in the
  // answer is off by one and not needed.
  [
    7,
    misconfigured("Allow the index for the token in Splunk, create it if it does not exist, or set index to another."),
  ],
  [8, busy],
  [9, busy],
  [10, misconfigured(CHANNEL_MISSING)],
  [11, misconfigured("Look for a proxy that rewrites the X-Splunk-Request-Channel header, or set ack to false.")],
  [12, badEvent],
  [13, badEvent],
  [ACK_DISABLED, misconfigured("Enable indexer acknowledgement for the token, or set ack to false.")],
  [15, badEvent],
  [16, misconfigured("The token must not travel in the URL: leave out everything after the ? in url.")],
  // The health address answered. Nothing was taken: a proxy redirects the events there.
  [HEALTHY, misconfigured("The events reach HEC's health address: look for a proxy that rewrites paths.")],
  [18, busy],
  [19, busy],
  [20, busy],
  [21, misconfigured(CORRECT_TOKEN)],
  [22, misconfigured(ENABLE_TOKEN)],
  [23, busy],
  [24, nearCapacity],
  [25, nearCapacity],
  [26, busy],
  [27, busy],
  [28, misconfigured(`${CHANNEL_MISSING} A load balancer before Splunk must keep sticky sessions.`)],
  // Not documented: Splunk's answer to an unknown path.
  [
    404,
    misconfigured("HEC is not at this address: set url to scheme, host and port alone, and check that HEC is enabled."),
  ],
]);
