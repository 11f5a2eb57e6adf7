import { z } from "zod";
import { Secret } from "./secret.ts";

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** Printable ASCII without white space at either end. A line break would start another header or the body. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const MOST_HEADERS = 20;

/** Headers that control routing and framing of a request. Only the transport sets them. */
const TRANSPORT =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-.*|accept-encoding|proxy-.*|http2-settings)$/;
/** Headers that unlock a cloud's metadata service. A tenant could use them to make the server read its credentials. */
const METADATA = /^(?:metadata|metadata-flavor|x-google-metadata-request|x-aws-ec2-metadata-.*)$/;

/**
 * Headers that users add to each request: `{ "x-api-key": "…" }`, or text `x-api-key=…,x-tenant=…` with percent-encoded
 * values. Parses to lower-case names with `Secret` values. Error messages never repeat the input.
 */
export function headerSetting(description: string) {
  return z
    .union([z.string(), z.record(z.string(), z.string())])
    .transform((given, context): Readonly<Record<string, Secret>> => {
      const read = typeof given === "string" ? pairsOf(given) : Object.entries(given);
      const problem = read === undefined ? NOT_PAIRS : problemOf(read);
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
      return Object.fromEntries((read ?? []).map(([name, value]) => [name.toLowerCase(), new Secret(value)]));
    })
    .meta({ description, secret: true, writeOnly: true });
}

const NOT_PAIRS =
  "must be a map of names and values, or text such as `x-api-key=…,x-tenant=…` with commas in values written as %2C";

type Pair = readonly [name: string, value: string];

function pairsOf(text: string): readonly Pair[] | undefined {
  const pairs = text.split(",").map((pair): Pair | undefined => {
    const at = pair.indexOf("=");
    const value = at < 1 ? undefined : decoded(pair.slice(at + 1).trim());
    return value === undefined ? undefined : [pair.slice(0, at).trim(), value];
  });
  const whole = pairs.filter((pair) => pair !== undefined);
  return whole.length === pairs.length ? whole : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function problemOf(pairs: readonly Pair[]): string | undefined {
  if (pairs.length > MOST_HEADERS) return `has ${pairs.length} headers: ${MOST_HEADERS} are the most`;
  const names = pairs.map(([name]) => name.toLowerCase());
  if (names.some((name) => !NAME.test(name))) return "has a name that no header can have: use letters, digits and -";
  const transport = names.find((name) => TRANSPORT.test(name));
  if (transport !== undefined) return `must not set ${transport}: how a request travels is not for settings to say`;
  const metadata = names.find((name) => METADATA.test(name));
  if (metadata !== undefined) return `must not set ${metadata}: it opens the metadata services of clouds`;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return `has ${repeated} twice, in capitals and small letters: keep one`;
  const [unwritable] = pairs.find(([, value]) => !VALUE.test(value)) ?? [];
  if (unwritable === undefined) return undefined;
  return `has a value under ${unwritable.toLowerCase()} that no header can hold: printable ASCII, no white space at its ends`;
}
