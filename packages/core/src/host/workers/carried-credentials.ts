import type { RawExchange } from "../../transport/exchange-recorder.ts";

const CREDENTIAL = /auth|token|key|secret|cookie|signature|credential|session|assertion|passw/i;
/** `subject_token_type` names a kind of token. */
const KIND = /type$/i;
/** A shorter value is no credential, and hiding it would break up words. */
const SHORTEST = 8;
const FORM = "application/x-www-form-urlencoded";

/** Whether a header or parameter of this name may hold a credential that is in no configuration. */
export function namesCredential(name: string): boolean {
  return CREDENTIAL.test(name) && !KIND.test(name);
}

/**
 * Credentials that a request carries, such as a fetched token: an answer may repeat them. A header of several words
 * after its scheme is a signature, which is of no use to others.
 */
export function* credentialsIn({ url, headers, bodyHead }: RawExchange): Generator<string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!namesCredential(name)) continue;
    const [scheme = "", token = scheme, ...more] = value.split(" ");
    if (more.length === 0 && token.length >= SHORTEST) yield token;
  }
  if (URL.canParse(url)) yield* named(new URL(url).searchParams);
  if (isForm(headers)) yield* named(new URLSearchParams(Buffer.from(bodyHead).toString("latin1")));
}

/** Whether an answer may hold a credential that is not known here. Then none of it is shown. */
export function mayHoldCredential({ hasEvents, headers, bodyHead, bodyBytes }: RawExchange, status: number): boolean {
  if (hasEvents) return false;
  // Of a form that was cut, not every credential is known.
  return status < 400 || (isForm(headers) && bodyHead.length < bodyBytes);
}

function* named(parameters: URLSearchParams): Generator<string> {
  for (const [name, value] of parameters) if (namesCredential(name) && value.length >= SHORTEST) yield value;
}

function isForm(headers: RawExchange["headers"]): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === "content-type" && value.startsWith(FORM),
  );
}
