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
  // 204 means that Azure has taken the call; what its rule makes of the events shows elsewhere.
  guarantee: "accepted",
  // Azure refuses calls above 1 MiB (1,048,576 bytes) and counts them packed and unpacked; this is where Microsoft's own
  // client cuts.
  oldEvents: {
    afterMs: 48 * 3_600_000,
    effect: "Sentinel dates them by their arrival; their own time stays in `time`.",
  },
  limits: { maxBatchBytes: 1_000_000, maxCompressedBytes: 1_000_000 },
  // Always a list: a lone object is answered 204 and stored nowhere.
  framing: jsonArray,
} as const;

/** Microsoft Sentinel, and any other Log Analytics workspace, through the Logs Ingestion API. */
export const sentinel = defineConnector({
  ...common,
  configSchema: sentinelSchema,
  open: (config, context) => {
    const cloud = clouds[config.cloud];
    const credential = configuredCredential(config, context, process.env);
    // What another authority issues means nothing to Azure Resource Manager, and is not shown to it.
    const management = config.management_host ?? (config.authority_host === undefined ? cloud.management : undefined);
    return openSentinelSink({ ...config, credential, cloud, management }, context);
  },
});

export default sentinel;

export interface SentinelOptions {
  /** Gives tokens in place of the settings: a credential of `@azure/identity`, or anything with its `getToken`. */
  readonly credential: TokenCredential;
}

/** The same connector for a host in code: its configuration names the stream, and the credential is passed here. */
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
