import type { Secret } from "@arbitex/core";

const PREFIX = "whsec_";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Minimum of the Standard Webhooks specification. */
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** Returns the key of a valid secret. */
export function keyOf(secret: Secret): Buffer {
  return Buffer.from(textOf(secret), "base64");
}

/** Returns what is wrong with a signing secret, with a fix; undefined if nothing is. Never repeats it. */
export function secretProblem(secret: Secret): string | undefined {
  const text = textOf(secret);
  if (!BASE64.test(text)) return `must be ${PREFIX} and base64 behind it, as the receiver shows it. ${NEW_ONE}`;
  const { length } = Buffer.from(text, "base64");
  if (length >= LEAST_BYTES && length <= MOST_BYTES) return undefined;
  return `holds ${length} bytes: Standard Webhooks wants ${LEAST_BYTES} to ${MOST_BYTES}. ${NEW_ONE}`;
}

const NEW_ONE = 'A new one: echo "whsec_$(openssl rand -base64 32)"';

function textOf(secret: Secret): string {
  return secret.reveal().trim().replace(PREFIX, "");
}
