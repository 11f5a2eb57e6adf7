import { Secret } from "@arbitex/core";
import { z } from "zod";

const BROKER = /^(?:\[[\da-fA-F:]+\]|[\w.-]+):\d{1,5}$/;
const error = "expected host:port, such as kafka-1.example.com:9092";

const broker = z.string({ error }).regex(BROKER, { error });

/** The variable's form: names divided by commas. */
export const brokerNames = z
  .string()
  .transform((text) => text.split(",").map((name) => name.trim()))
  .pipe(z.array(broker).min(1));

const path = z.string().min(1);

/** Settings of `queue` that only Kafka needs. */
export const kafkaFields = {
  brokers: z.array(broker).min(1).optional().meta({ description: "Some brokers; the others are learnt from them." }),
  topic: z
    .string()
    .regex(/^[\w.-]{1,249}$/, { error: "expected a topic's name" })
    .optional(),
  group: z.string().min(1).optional().meta({ description: "Consumer group, the same on every node." }),
  tls: z
    .union([z.boolean(), z.strictObject({ ca: path.optional(), cert: path.optional(), key: path.optional() })])
    .optional()
    .meta({ description: "Whether connections are encrypted, or paths of PEM files to do so with." }),
  sasl: z
    .strictObject({
      mechanism: z.enum(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
      username: z.string().min(1),
      password: z
        .string()
        .min(1)
        .transform((text) => new Secret(text)),
    })
    .optional(),
};

const fieldsSchema = z.object(kafkaFields);
type KafkaFields = z.output<typeof fieldsSchema>;

/** How to reach a Kafka cluster, and what to use there. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string;
  /** Paths of PEM files; undefined for connections without TLS. */
  readonly tls:
    | { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined }
    | undefined;
  readonly sasl: KafkaFields["sasl"];
}

const DEFAULT_TOPIC = "siem-events";

export function kafkaSettings(
  { brokers = [], topic = DEFAULT_TOPIC, group = topic, tls = false, sasl }: KafkaFields,
  brokersOfEnvironment: readonly string[] | undefined,
): KafkaSettings {
  const files = tls === true ? {} : tls;
  return { brokers: brokersOfEnvironment ?? brokers, topic, group, tls: files === false ? undefined : files, sasl };
}
