import type { RequestHead } from "../simulator/behaviour.ts";
import type { HecCode } from "./replies.ts";

/** Permissions of a HEC token. */
export interface HecToken {
  readonly disabled?: boolean;
  /** Indexer acknowledgement (`useACK`). */
  readonly ack?: boolean;
  /** Allowed indexes. Default all. */
  readonly indexes?: readonly string[];
  /** `allowQueryStringAuth`. */
  readonly queryAuth?: boolean;
  /** Index of an event that names none. Default `main`. */
  readonly defaultIndex?: string;
}

/** The token of a request, or the code of its refusal. */
export function authorize(
  { headers, query }: RequestHead,
  tokens: Readonly<Record<string, HecToken>>,
): HecToken | HecCode {
  const inQuery = query.get("token");
  if (inQuery !== null) {
    const token = lookUp(inQuery, tokens);
    return typeof token === "object" && !token.queryAuth ? 16 : token;
  }
  const { authorization } = headers;
  if (authorization === undefined || authorization === "") return 2;
  const [scheme, credential = ""] = authorization.split(" ");
  if (scheme === "Splunk" && credential !== "") return lookUp(credential, tokens);
  if (scheme === "Basic") {
    const [, password = ""] = Buffer.from(credential, "base64").toString().split(":");
    return lookUp(password, tokens);
  }
  return 3;
}

function lookUp(name: string, tokens: Readonly<Record<string, HecToken>>): HecToken | HecCode {
  const token = Object.hasOwn(tokens, name) ? tokens[name] : undefined;
  if (token === undefined) return 4;
  return token.disabled ? 1 : token;
}
