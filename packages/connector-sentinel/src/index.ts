import { defineConnector, jsonArray } from "@arbitex/core";
import { clouds } from "./clouds.ts";
import { configuredCredential } from "./credential/configured-credential.ts";
import type { TokenCredential } from "./credential/credential.ts";
import { givenCredentialSchema, sentinelSchema } from "./schema.ts";
import { openSentinelSink } from "./sink.ts";

const common = {
  type: "sentinel",
  displayName: "Microsoft Sentinel",
  envPrefix: "SENTINEL",
  // 204 means that Azure accepted the call. What its rule does with the events shows elsewhere.
  guarantee: "accepted",
  // Azure refuses calls above 1 MiB (1,048,576 bytes), compressed or not. Microsoft's own client splits here.
  oldEvents: {
    afterMs: 48 * 3_600_000,
    effect: "Sentinel dates them by their arrival; their own time stays in `time`.",
  },
  limits: { maxBatchBytes: 1_000_000, maxCompressedBytes: 1_000_000 },
  // Always a list: a single object is answered 204 and not stored.
  framing: jsonArray,
} as const;

/** Microsoft Sentinel, and any other Log Analytics workspace, through the Logs Ingestion API. */
export const sentinel = defineConnector({
  ...common,
  configSchema: sentinelSchema,
  open: (config, context) => {
    const cloud = clouds[config.cloud];
    const credential = configuredCredential(config, context, process.env);
    // Azure Resource Manager does not accept another authority's tokens, and is not shown them.
    const management = config.management_host ?? (config.authority_host === undefined ? cloud.management : undefined);
    return openSentinelSink({ ...config, credential, cloud, management }, context);
  },
});

export default sentinel;

export interface SentinelOptions {
  /** Provides tokens instead of the settings: a credential of `@azure/identity`, or any object with its `getToken`. */
  readonly credential: TokenCredential;
}

/** Creates the connector with a credential passed in code. Its configuration names the stream only. */
export function createSentinel({ credential }: SentinelOptions) {
  return defineConnector({
    ...common,
    configSchema: givenCredentialSchema,
    open: (config, context) => {
      const cloud = clouds[config.cloud];
      const management = config.management_host ?? cloud.management;
      return openSentinelSink({ ...config, credential, cloud, management }, context);
    },
  });
}

export type { TokenCredential } from "./credential/credential.ts";
export type { GivenCredentialConfig, SentinelConfig } from "./schema.ts";
