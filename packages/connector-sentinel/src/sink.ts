import type { Batch, ConnectorContext, HttpReply, SendResult, Sink } from "@arbitex/core";
import { classifyFailure, createTokenCache, httpClient } from "@arbitex/core";
import { ingestUrl } from "./addresses.ts";
import { checkSentinel } from "./check.ts";
import { classifyReply } from "./classify.ts";
import type { Cloud } from "./clouds.ts";
import type { TokenCredential } from "./credential/credential.ts";
import { TokenError, verdictOf } from "./credential/credential.ts";
import { encodeRow } from "./encode.ts";
import { redacted } from "./redact.ts";
import type { GivenCredentialConfig } from "./schema.ts";

export interface SentinelTarget extends Pick<GivenCredentialConfig, "endpoint" | "dcr_immutable_id" | "stream_name"> {
  readonly credential: TokenCredential;
  readonly cloud: Cloud;
  readonly management: string | undefined;
}

/** The live end of one stream. */
export function openSentinelSink(target: SentinelTarget, context: ConnectorContext): Sink {
  const { credential, cloud, management } = target;
  const { endpoint, dcr_immutable_id: dcrImmutableId, stream_name: streamName } = target;
  const { logger, now } = context;
  const ingest = ingestUrl({ endpoint, dcrImmutableId, streamName });
  const http = httpClient({ context });
  const tokens = createTokenCache({
    now,
    acquire: async (signal) => {
      const { token, expiresOnTimestamp } = await tokenOf(credential, cloud.scope, signal);
      return { token, expiresAt: expiresOnTimestamp };
    },
    onRenewalFailed: (error) => {
      logger.warn(
        { reason: verdictOf(error).reason },
        "the token cannot be renewed, going on with the one that is left",
      );
    },
  });

  async function post(body: Batch | "[]", token: string, signal: AbortSignal): Promise<HttpReply> {
    const headers = { authorization: `Bearer ${token}`, ...(body === "[]" ? JSON_CONTENT : contentOf(body)) };
    const bytes = body === "[]" ? Buffer.from(body) : body.body;
    const reply = await http.send({ url: ingest, headers, body: bytes }, signal);
    if (reply.status === 401) tokens.discard(token);
    return reply.status === 204 ? reply : redacted(reply, [token]);
  }

  async function attempt(batch: Batch, signal: AbortSignal): Promise<HttpReply | SendResult> {
    let token: string;
    try {
      token = await tokens.get(signal);
    } catch (error) {
      return verdictOf(error);
    }
    try {
      return await post(batch, token, signal);
    } catch (error) {
      return classifyFailure(error);
    }
  }

  return {
    encode: encodeRow,
    async send(batch, signal) {
      let outcome = await attempt(batch, signal);
      // Expired early, or revoked. A new token that is refused as well is another matter.
      if ("status" in outcome && outcome.status === 401) outcome = await attempt(batch, signal);
      return "status" in outcome ? classifyReply(outcome, now()) : outcome;
    },
    check: (signal) =>
      checkSentinel(
        {
          http,
          ingest,
          dcrImmutableId,
          streamName,
          management,
          now,
          sendToken: (aborted) => tokens.get(aborted),
          post: async (aborted) => post("[]", await tokens.get(aborted), aborted),
          managementToken: async (aborted) =>
            (await tokenOf(credential, `${cloud.management}/.default`, aborted)).token,
        },
        signal,
      ),
    close: async () => tokens.close(),
  };
}

const JSON_CONTENT = { "content-type": "application/json" };

function contentOf({ contentType, contentEncoding }: Batch): Readonly<Record<string, string>> {
  return { "content-type": contentType, ...(contentEncoding && { "content-encoding": contentEncoding }) };
}

async function tokenOf(credential: TokenCredential, scope: string, abortSignal: AbortSignal) {
  const issued = await credential.getToken(scope, { abortSignal });
  if (issued !== null) return issued;
  const fix = "Look at the credential that was passed in code: it gave no token.";
  throw new TokenError({ kind: "suspend", reason: "no token: the credential has none", fix });
}
