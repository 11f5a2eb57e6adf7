import type { Batch, ConnectorContext, HttpReply, Sink } from "@arbitex/core";
import { classifyFailure, createTokenCache, httpClient, TokenError, tokenVerdictOf } from "@arbitex/core";
import { importUrl } from "./addresses.ts";
import { checkGoogleSecOps } from "./check.ts";
import { classifyReply } from "./classify.ts";
import { tokenSource } from "./credential/token-source.ts";
import { createEncoder } from "./encode.ts";
import { framingOf } from "./framing.ts";
import { withoutToken } from "./redact.ts";
import type { GoogleSecOpsConfig } from "./schema.ts";

/** Token services answer within seconds. */
const TOKEN_TIMEOUT_MS = 30_000;

/** Opens the sink of a log type of an instance. */
export function openGoogleSecOpsSink(config: GoogleSecOpsConfig, context: ConnectorContext): Sink {
  const { logger, now } = context;
  const url = importUrl(config);
  const http = httpClient({ context });
  const tokens = createTokenCache({
    now,
    acquire: tokenSource(config, { http: httpClient({ context, timeoutMs: TOKEN_TIMEOUT_MS }), now }),
    onRenewalFailed: (error) => {
      logger.warn(
        { reason: tokenVerdictOf(error).reason },
        "the token cannot be renewed, going on with the one that is left",
      );
    },
  });

  /**
   * Sends a batch, and once more with a new token if the token was refused: it may have expired early or been revoked.
   */
  async function exchange(body: Body, signal: AbortSignal): Promise<HttpReply> {
    const reply = await post(body, signal);
    return reply.status === 401 ? post(body, signal) : reply;
  }

  async function post({ contentEncoding, contentType, body }: Body, signal: AbortSignal): Promise<HttpReply> {
    const token = await tokens.get(signal).catch((cause: unknown) => {
      throw new TokenError(tokenVerdictOf(cause), { cause });
    });
    const encoding = contentEncoding && { "content-encoding": contentEncoding };
    const headers = { authorization: `Bearer ${token}`, "content-type": contentType, ...encoding };
    const reply = await http.send({ url, headers, body }, signal);
    if (reply.status === 401) tokens.discard(token);
    return withoutToken(reply, token);
  }

  const { prefix = "", suffix = "", contentType } = framingOf(config);
  const emptyList: Body = { body: Buffer.from(`${prefix}${suffix}`), contentType };
  return {
    encode: createEncoder(config.namespace),
    async send(batch, signal) {
      try {
        return classifyReply(await exchange(batch, signal), now());
      } catch (error) {
        return error instanceof TokenError ? error.verdict : classifyFailure(error);
      }
    },
    check: (signal, onStep) =>
      checkGoogleSecOps(
        { token: (aborted) => tokens.get(aborted), post: (aborted) => exchange(emptyList, aborted), now },
        signal,
        onStep,
      ),
    close: async () => tokens.close(),
  };
}

type Body = Pick<Batch, "body" | "contentType" | "contentEncoding">;
