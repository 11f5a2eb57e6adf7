import { hearConnections } from "./hear-connections.ts";

/** How to reach a cluster and which topic to use. */
export interface KafkaSettings {
  /** `host:port` of some brokers; the client learns of the others from them. */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Name of the consumer group, the same on every node. */
  readonly group: string;
  /** Name of this node in logs and in the cluster. */
  readonly node: string;
  /** Undefined for connections without TLS. */
  readonly tls?: TlsSettings | undefined;
  readonly sasl?: SaslSettings | undefined;
}

export interface TlsSettings {
  /** Certificates in PEM. Undefined for those that Node trusts. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface SaslSettings {
  readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
  readonly username: string;
  readonly password: string;
}

/** Options of every client. Retries are ours, since each call has a deadline of its own. */
export function clientOptions({ brokers, node, tls, sasl }: KafkaSettings) {
  hearConnections();
  return {
    clientId: node,
    bootstrapBrokers: [...brokers],
    connectTimeout: 3000,
    requestTimeout: 10_000,
    timeout: 5000,
    retries: 0,
    retryDelay: 200,
    autocreateTopics: false,
    ...(tls !== undefined && { tls: definedOf(tls) }),
    ...(sasl !== undefined && { sasl: { ...sasl } }),
  };
}

function definedOf({ ca, cert, key }: TlsSettings) {
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}
