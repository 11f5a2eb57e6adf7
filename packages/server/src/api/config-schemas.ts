import { deliverySchema, filterSchema, jsonSchemaOf } from "@arbitex/core/host";
import { z } from "zod";
import { health } from "../http/destination-schema.ts";
import { exchangeAnswer } from "./exchange-answer.ts";

/** One line. PostgreSQL's text stores neither NUL nor a lone surrogate. */
export const oneLine = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: "expected one line of text without control characters" });
const record = z.record(z.string(), z.unknown());

/** Tenants must not name files of this machine. */
const tenantDelivery = deliverySchema.omit({ dead_letter_path: true });

const config = record.meta({
  description: "The connector's own settings; GET /v1/org/siem-connectors has their schemas.",
});
const delivery = record.meta({
  description: "How events are batched, retried and held.",
  properties: jsonSchemaOf(tenantDelivery)["properties"],
});
const filter = record.meta({
  description: "Which events are meant.",
  properties: jsonSchemaOf(filterSchema)["properties"],
});

const connectorType = z.string().regex(/^[a-z0-9_]{1,30}$/, {
  error: "expected a connector's type, such as splunk_hec: small letters, digits and _, 30 at most",
});

const settable = {
  name: oneLine.nullable().optional(),
  is_enabled: z.boolean().optional(),
  delivery: delivery.optional(),
  filter: filter.optional(),
};

export const createBody = z
  .strictObject({ connector_type: connectorType, config, ...settable })
  .meta({ description: "A new configuration." });

export const updateBody = z
  .strictObject({ connector_type: connectorType.optional(), config: config.optional(), ...settable })
  .meta({
    description:
      "What is left out stays. `config` is replaced as a whole; in it `[secret]` keeps the stored value of a secret.",
  });

export type CreateBody = z.output<typeof createBody>;
export type UpdateBody = z.output<typeof updateBody>;

const time = z.iso.datetime().meta({ description: "ISO 8601, UTC." });

export const configAnswer = z
  .object({
    id: z.guid(),
    org_id: z.guid(),
    connector_type: z.string(),
    name: z.string().nullable(),
    config: record.nullable().meta({ description: "Secrets as `[secret]`; null while it cannot be decrypted." }),
    config_problem: z.string().nullable().meta({ description: "Why `config` cannot be decrypted." }),
    secrets: z
      .record(z.string(), z.object({ changed_at: time.nullable() }))
      .meta({ description: "Every secret that is set, by its place in `config`, and when it was last changed." }),
    is_enabled: z.boolean(),
    delivery: record,
    filter: record,
    created_at: time,
    updated_at: time,
    last_delivery_at: time.nullable(),
    delivery_status: health,
    version: z.int().meta({ description: "Grows with every change; also the ETag." }),
  })
  .meta({ id: "Config", description: "A configuration." });

export type ConfigAnswer = z.output<typeof configAnswer>;

export const counts = z.object({
  accepted: z.int(),
  delivered: z.int(),
  filtered: z.int(),
  dead_lettered: z.int(),
  queued: z.int(),
});

export const statusAnswer = z
  .object({
    id: z.guid(),
    is_enabled: z.boolean(),
    desired_version: z.int().meta({ description: "As it is configured." }),
    applied_version: z.int().nullable().meta({ description: "As it runs; null while it does not run." }),
    problem: z.string().nullable().meta({ description: "Why the desired version does not run." }),
    health,
    reason: z.string().nullable(),
    fix: z.string().nullable(),
    counts: counts.nullable(),
    queue: z.object({ events: z.int(), bytes: z.int(), oldest_age_seconds: z.number() }).nullable(),
    last_delivery_at: time.nullable(),
    last_error: z.string().nullable(),
    error_since: time.nullable(),
  })
  .meta({ id: "Status", description: "What is configured, what runs, and how it is doing." });

export type StatusAnswer = z.output<typeof statusAnswer>;

export const checkAnswer = z
  .object({
    passed: z.boolean(),
    steps: z.array(
      z.object({
        name: z.string(),
        status: z.enum(["passed", "failed", "skipped"]),
        detail: z.string(),
        fix: z.string().optional(),
        exchange: exchangeAnswer.optional().meta({ description: "Of a failed step: what was sent and answered last." }),
      }),
    ),
  })
  .meta({ id: "Check", description: "What was tried, in order. No event is written." });

export type CheckAnswer = z.output<typeof checkAnswer>;
