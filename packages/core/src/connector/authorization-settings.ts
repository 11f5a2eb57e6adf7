import { z } from "zod";
import { headerSetting } from "./header-setting.ts";
import type { Secret } from "./secret.ts";
import { secret } from "./secret.ts";

/**
 * Settings for receivers that let users choose how to authenticate: a bearer token, basic authentication, or headers of
 * their own. Spread them into a config schema and call `authorizationProblems` in the object's `superRefine`.
 */
export const authorizationSettings = {
  bearer_token: secret({ description: "Token, sent as `Authorization: Bearer …`." })
    .refine((token) => /^[\x21-\x7e]+$/.test(token.reveal().trim()), { error: "must be the token alone, in one word" })
    .optional(),
  username: z
    .string()
    .min(1)
    .refine((name) => !name.includes(":"), { error: "must not hold a colon: basic authentication ends the name there" })
    .optional()
    .meta({ description: "User of basic authentication; needs `password`." }),
  password: secret({ description: "Password of basic authentication; needs `username`." }).optional(),
  headers: headerSetting(
    "Headers of every request, such as an API key's: a map, or `name=value,name=value` with percent-encoded values. " +
      "None that says how a request travels.",
  ).optional(),
};

/** What `authorizationSettings` parses to. */
export interface AuthorizationSettings {
  readonly bearer_token?: Secret | undefined;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly headers?: Readonly<Record<string, Secret>> | undefined;
}

/** Reports settings that contradict each other: two credentials cannot share one header. Call it in `superRefine`. */
export function authorizationProblems(config: AuthorizationSettings, context: z.RefinementCtx): void {
  const { bearer_token: token, username, password, headers = {} } = config;
  const report = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if ((username === undefined) !== (password === undefined)) {
    const [given, missing] = username === undefined ? ["password", "username"] : ["username", "password"];
    report(missing, `is missing beside ${given}: basic authentication needs both`);
  }
  if (token !== undefined && username !== undefined) {
    report("bearer_token", "contradicts username and password: both would be the Authorization header. Keep one");
  }
  if ("authorization" in headers && (token !== undefined || username !== undefined)) {
    report("headers", "sets Authorization beside bearer_token or username, which set it too. Keep one");
  }
}

/** Builds the request headers for these settings. Names are in lower case; the values reveal the secrets. */
export function authorizationHeaders(config: AuthorizationSettings): Readonly<Record<string, string>> {
  const { bearer_token: token, username, password, headers = {} } = config;
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
  if (token !== undefined) return { ...own, authorization: `Bearer ${token.reveal().trim()}` };
  if (username === undefined || password === undefined) return own;
  const credential = Buffer.from(`${username}:${password.reveal()}`).toString("base64");
  return { ...own, authorization: `Basic ${credential}` };
}
