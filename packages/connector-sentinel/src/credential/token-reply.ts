import type { HttpReply } from "@arbitex/core";
import { jsonOf } from "@arbitex/core";
import { z } from "zod";

/** Token reply of Entra, IMDS and App Service; the last two write numbers as text. */
const tokenBody = z
  .object({
    access_token: z.string().regex(/^[\x21-\x7e]+$/),
    expires_in: z.coerce.number().positive().optional(),
    /** Seconds since the epoch. */
    expires_on: z.coerce.number().positive().optional(),
  })
  .refine(({ expires_in, expires_on }) => expires_in !== undefined || expires_on !== undefined);

const errorBody = z.object({
  error: z.string(),
  error_description: z.string().catch(""),
  error_codes: z.array(z.int()).catch([]),
});

export interface IssuedToken {
  readonly token: string;
  readonly expiresOnTimestamp: number;
}

/** Parses the token of a reply; undefined if it has none. */
export function issuedToken(reply: HttpReply, now: number): IssuedToken | undefined {
  const parsed = tokenBody.safeParse(jsonOf(reply));
  if (reply.status !== 200 || !parsed.success) return undefined;
  const { access_token: token, expires_in, expires_on = 0 } = parsed.data;
  return { token, expiresOnTimestamp: expires_in === undefined ? expires_on * 1000 : now + expires_in * 1000 };
}

/** Limit in characters. Entra's are a few hundred long. */
const MAX_DESCRIPTION = 4000;

export interface TokenProblem {
  /** OAuth's error code, such as `invalid_client`. */
  readonly error: string;
  /** The most specific AADSTS code. */
  readonly code: number | undefined;
  /** Microsoft's text, without trace ids. */
  readonly description: string;
}

/** Parses why a token was refused; undefined if the reply is not an OAuth error. */
export function tokenProblem(reply: HttpReply): TokenProblem | undefined {
  const parsed = errorBody.safeParse(jsonOf(reply));
  if (!parsed.success) return undefined;
  const { error, error_description: text, error_codes: codes } = parsed.data;
  // Truncate first: another service may answer at any length.
  const beginning = text.slice(0, MAX_DESCRIPTION);
  const inText = /AADSTS(\d+)/.exec(beginning)?.[1];
  const [description = ""] = beginning.split("Trace ID:", 1);
  return {
    error,
    code: codes[0] ?? (inText === undefined ? undefined : Number(inText)),
    description: description.replaceAll(/\s+/g, " ").trim().slice(0, 300),
  };
}
