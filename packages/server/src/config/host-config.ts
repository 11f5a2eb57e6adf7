import { z } from "zod";
import { Secret } from "@arbitex/core";
import { authSchema } from "./auth-settings.ts";
import { consoleSchema, consoleUrl } from "./console-settings.ts";
import { destinationSchema, duration, egressSchema } from "@arbitex/core/config";
import { brokerNames, kafkaFields } from "./kafka-settings.ts";
import { MAX_WORKERS } from "./most-workers.ts";
import { redactionSchema } from "./redaction-settings.ts";
import { trustedProxies } from "./trusted-proxies.ts";

const error = `expected a whole number from 0 to ${MAX_WORKERS}`;
const workerCount = z.int({ error }).min(0, { error }).max(MAX_WORKERS, { error });

/** One file, or several that each cover a part, such as IPv4 and IPv6. */
const files = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** The configuration file. A destination's `config` is validated by its connector's own schema. */
export const hostConfigSchema = z.strictObject({
  queue: z
    .strictObject({
      store: z.enum(["memory", "disk", "kafka"]).optional(),
      path: z.string().min(1).optional(),
      max_bytes: z.int().min(1).optional(),
      max_bytes_per_org: z.int().min(1).optional(),
      ...kafkaFields,
    })
    .optional(),
  dead_letters: z
    .strictObject({
      path: z.string().min(1).optional(),
      max_bytes_per_org: z.int().min(1).optional(),
      retention: duration("How long files that were set aside are kept.").optional(),
    })
    .optional(),
  ingest: z
    .strictObject({
      validation: z.enum(["off", "shape", "full"]).optional(),
      repair: z.boolean().optional(),
      format: z.enum(["ocsf", "audit_record"]).optional(),
      finding_class: z.literal([2001, 2004], { error: "expected 2001 or 2004" }).optional(),
      include_content: z.boolean().optional(),
      max_event_bytes: z.int().min(1).optional(),
      max_body_bytes: z.int().min(1).optional(),
      max_depth: z.int().min(2).max(1000).optional(),
    })
    .optional(),
  enrichment: z.strictObject({ geoip_city: files.optional(), geoip_anonymous: files.optional() }).optional(),
  database: z.strictObject({ path: z.string().min(1).optional() }).optional(),
  control: z.strictObject({ path: z.string().min(1).optional() }).optional(),
  egress: egressSchema.optional(),
  redaction: redactionSchema.optional(),
  workers: workerCount.optional(),
  metrics: z.strictObject({ org_label: z.boolean().optional() }).optional(),
  auth: authSchema.optional(),
  console: consoleSchema.optional(),
  trust_proxy: trustedProxies.optional(),
  environment: z.boolean().optional().meta({
    description: "Whether the environment makes destinations too: of types that the file has as well, or none.",
  }),
  connectors: z.array(z.string().min(1)).optional(),
  destinations: z.array(destinationSchema).optional(),
});

export type HostConfig = z.output<typeof hostConfigSchema>;

/** Accepts Python's notation with a driver, `postgresql+asyncpg://`, for the same database. */
const databaseUrl = z
  .string()
  .regex(/^postgres(?:ql)?(?:\+\w+)?:\/\//, { error: "expected postgresql://user:password@host:5432/name" })
  .transform((url) => new Secret(url.replace(/^[^:]+/, "postgresql")));

const portError = "expected a port from 0 to 65535";
const port = z.coerce
  .number({ error: portError })
  .int({ error: portError })
  .min(0, { error: portError })
  .max(65_535, { error: portError });

/** The host-wide environment variables. */
export const hostEnvironmentSchema = z.object({
  SIEM_CONFIG: z.string().min(1).optional(),
  SIEM_ROOT: z.string().min(1).optional(),
  SIEM_HOST: z.string().min(1).default("127.0.0.1"),
  SIEM_PORT: port.default(8080),
  SIEM_INGEST_TOKEN: z.string().min(1).optional(),
  SIEM_TRUST_PROXY: trustedProxies.optional(),
  SIEM_CONSOLE_URL: consoleUrl.optional(),
  SIEM_DEAD_LETTER_PATH: z.string().min(1).optional(),
  SIEM_GEOIP_CITY: z.string().min(1).optional(),
  SIEM_GEOIP_ANONYMOUS: z.string().min(1).optional(),
  SIEM_QUEUE: z.enum(["memory", "disk", "kafka"]).optional(),
  SIEM_QUEUE_PATH: z.string().min(1).optional(),
  SIEM_KAFKA_BROKERS: brokerNames.optional(),
  SIEM_CONTROL_PATH: z.string().min(1).optional(),
  SIEM_WORKERS: z.coerce.number({ error }).pipe(workerCount).optional(),
  SIEM_DATABASE_PATH: z.string().min(1).optional(),
  DATABASE_URL: databaseUrl.optional(),
  FERNET_KEY: z
    .string()
    .transform((text) => new Secret(text))
    .optional(),
  SIEM_REDACTION_KEY: z
    .string()
    .min(16, { error: "expected 16 characters or more" })
    .transform((text) => new Secret(text))
    .optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});
