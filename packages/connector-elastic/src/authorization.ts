import type { Secret } from "@arbitex/core";

interface Credentials {
  readonly auth: "credential" | "none";
  readonly api_key?: Secret | undefined;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
}

/** The value of the `authorization` header, if there is to be one. An API key comes before a user name and password. */
export function authorizationOf({ auth, api_key, username, password }: Credentials): string | undefined {
  if (auth === "none") return undefined;
  if (api_key !== undefined) return `ApiKey ${encodedApiKey(api_key.reveal())}`;
  return `Basic ${base64(`${username ?? ""}:${password?.reveal() ?? ""}`)}`;
}

/** What is wrong with an API key, without showing it; undefined when it may be right. */
export function apiKeyProblem(value: string): string | undefined {
  // A header cannot carry anything else, and a key with a line break from a file is a common mistake.
  if (!/^[\x21-\x7e]+$/.test(value)) return "must be one word without spaces or line breaks";
  return undefined;
}

/** Both spellings that Elasticsearch's answer to a key's creation offers: `encoded`, or `id` and `api_key`. */
function encodedApiKey(value: string): string {
  return value.includes(":") ? base64(value) : value;
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
