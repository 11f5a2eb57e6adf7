import type { AccessToken, HttpClient, HttpReply } from "@arbitex/core";
import { jsonOf } from "@arbitex/core";
import { z } from "zod";
import { tokenRefusal } from "./token-refusal.ts";

export interface TokenServices {
  readonly http: HttpClient;
  readonly now: () => number;
}

const tokenBody = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.number().positive().default(3600),
});

/** Posts a form to a token service and parses the token of its reply. */
export async function requestToken(
  url: string,
  form: Readonly<Record<string, string>>,
  { http, now }: TokenServices,
  signal: AbortSignal,
  fix: string,
): Promise<AccessToken> {
  const reply: HttpReply = await http.send(
    {
      url,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from(new URLSearchParams(form).toString()),
    },
    signal,
  );
  const issued = reply.status === 200 ? tokenBody.safeParse(jsonOf(reply)).data : undefined;
  if (issued === undefined) throw tokenRefusal(reply, now(), fix);
  return { token: issued.access_token, expiresAt: now() + issued.expires_in * 1000 };
}
