import type { Secret } from "@arbitex/core";

interface Credentials {
  readonly auth: "credential" | "none";
  readonly api_key?: Secret | undefined;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
}

/** Returns the value of the `authorization` header, if any. An API key takes precedence over user name and password. */
export function authorizationOf({ auth, api_key, username, password }: Credentials): string | undefined {
  if (auth === "none") return undefined;
  if (api_key !== undefined) return `ApiKey ${encodedApiKey(api_key.reveal())}`;
  return `Basic ${base64(`${username ?? ""}:${password?.reveal() ?? ""}`)}`;
}

/** Returns what is wrong with an API key, without showing it; undefined if nothing is. */
export function apiKeyProblem(value: string): string | undefined {
  // A header allows nothing else, and a line break after a key read from a file is a common mistake.
  if (!/^[\x21-\x7e]+$/.test(value)) return "must be one word without spaces or line breaks";
  return undefined;
}

/** Accepts both forms in which Elasticsearch shows a new key: `encoded`, or `id` and `api_key`. */
function encodedApiKey(value: string): string {
  return value.includes(":") ? base64(value) : value;
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
