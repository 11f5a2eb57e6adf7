import type { ConnectorContext, HttpClient, SendResult, TokenCache } from "@arbitex/core";
import { classifyFailure, createTokenCache } from "@arbitex/core";
import { z } from "zod";
import { classifyTokenReply } from "./classify.ts";
import { tokenServiceOf } from "./endpoint.ts";
import type { S3Config } from "./schema.ts";
import type { AwsCredentials } from "./sign.ts";
import { encoded, sha256, signed } from "./sign.ts";

export interface CredentialSource {
  /**
   * Returns credentials for an object of this Security Lake source, which may have its own role. Rejects with
   * `NoCredentials`.
   */
  get(source: string, signal: AbortSignal): Promise<AwsCredentials>;
  close(): void;
}

/** A failed credential request, with its verdict on the events. */
export class NoCredentials extends Error {
  readonly verdict: SendResult;

  constructor(verdict: SendResult) {
    super("reason" in verdict ? verdict.reason : "no credentials");
    this.verdict = verdict;
  }
}

const SESSION_SECONDS = 3600;

/** Creates the source of credentials: the access key itself, or temporary ones of the roles assumed with it. */
export function createCredentialSource(
  config: S3Config,
  http: HttpClient,
  { now }: ConnectorContext,
): CredentialSource {
  const { role_arn } = config;
  const own: AwsCredentials = {
    accessKeyId: config.access_key_id,
    secretAccessKey: config.secret_access_key.reveal(),
    sessionToken: config.session_token?.reveal(),
  };
  if (role_arn === undefined) return { get: async () => own, close: () => undefined };
  const roles = new Map<string, TokenCache>();

  function roleOf(arn: string): TokenCache {
    let cache = roles.get(arn);
    if (cache === undefined) {
      cache = createTokenCache({ now, acquire: (signal) => assumeRole(arn, signal) });
      roles.set(arn, cache);
    }
    return cache;
  }

  async function assumeRole(arn: string, signal: AbortSignal) {
    const form = {
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: arn,
      RoleSessionName: "arbitex-siem",
      DurationSeconds: String(SESSION_SECONDS),
      ...(config.external_id !== undefined && { ExternalId: config.external_id }),
    };
    const body = Buffer.from(
      Object.entries(form)
        .map(([name, value]) => `${name}=${encoded(value)}`)
        .join("&"),
    );
    const url = tokenServiceOf(config);
    const request = {
      method: "POST",
      url,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payloadHash: sha256(body),
    } as const;
    const headers = signed(request, own, { region: config.region, service: "sts", now: now() });
    const reply = await http.send({ url, method: "POST", headers, body }, signal);
    const found = sessionOf(reply.text);
    if (reply.status !== 200 || found === undefined) throw new NoCredentials(classifyTokenReply(reply, now()));
    return { token: JSON.stringify(found.session), expiresAt: found.expiresAt };
  }

  return {
    async get(source, signal) {
      try {
        return sessionSchema.parse(JSON.parse(await roleOf(role_arn.replaceAll("{source}", source)).get(signal)));
      } catch (error) {
        throw error instanceof NoCredentials ? error : new NoCredentials(classifyFailure(error));
      }
    },
    close() {
      for (const cache of roles.values()) cache.close();
    },
  };
}

const sessionSchema = z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string() });

function sessionOf(xml: string) {
  const text = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  const session = sessionSchema.safeParse({
    accessKeyId: text("AccessKeyId"),
    secretAccessKey: text("SecretAccessKey"),
    sessionToken: text("SessionToken"),
  });
  const expiresAt = Date.parse(text("Expiration") ?? "");
  return session.success && Number.isFinite(expiresAt) ? { session: session.data, expiresAt } : undefined;
}
