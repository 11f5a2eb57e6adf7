import { secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";

const VISIBLE = /^[\x21-\x7e]+$/;
/** `.` and `..` are steps in a URL's path, which would lead out of the prefix or the bucket. */
const PREFIX = /^(?!\.{1,2}(?:\/|$))[\w!.*'()-]+(?:\/(?!\.{1,2}(?:\/|$))[\w!.*'()-]+)*$/;
/** Security Lake allows 20 characters, and `-` with the class follows. */
const LAKE_SOURCE = /^[A-Za-z0-9_-]{1,15}$/;

export const s3Schema = z
  .strictObject({
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
        error: "must be the name of a bucket alone, without s3:// or a path",
      })
      .meta({ description: "Bucket to write to." }),
    region: z
      .string()
      .regex(/^[a-z0-9-]{2,40}$/, { error: "must be a region such as eu-central-1" })
      .meta({ description: "Region of the bucket, such as `eu-central-1`; what the signature is made for." }),
    access_key_id: z
      .string()
      .regex(VISIBLE, { error: "must be the id of an access key alone, such as AKIAIOSFODNN7EXAMPLE" })
      .meta({ description: "Id of the access key." }),
    secret_access_key: secret({ description: "The access key's secret." }),
    session_token: secret({ description: "Session token, where the access key is a temporary one." })
      .refine((token) => VISIBLE.test(token.reveal()), { error: "must be the token alone, in one word" })
      .optional(),
    role_arn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@{}/-]+$/, { error: "must be the ARN of a role" })
      .optional()
      .meta({
        description: "Role to assume with the access key. `{source}` in it stands for the source of Security Lake.",
      }),
    external_id: z.string().min(2).optional().meta({ description: "External id that the role asks for." }),
    format: z.enum(["ndjson", "parquet"]).default("ndjson").meta({
      description: "`ndjson` is one event a line; `parquet` is for Security Lake, one class of events in an object.",
    }),
    prefix: z
      .string()
      .regex(PREFIX, { error: "must be words with / between them, such as audit/arbitex, none of them . or .." })
      .default("arbitex")
      .meta({ description: "What the names of NDJSON objects begin with." }),
    lake_source: z
      .string()
      .regex(LAKE_SOURCE, { error: "must be at most 15 letters, digits, - and _" })
      .default("arbitex")
      .meta({ description: "Name of the custom sources in Security Lake, without `-` and the class that follow it." }),
    lake_account_id: z
      .string()
      .regex(/^\w{1,40}$/, { error: "must be at most 40 letters, digits and _" })
      .default("external")
      .meta({ description: "`accountId` of the partition: an AWS account where the events are of one." }),
    conditional: z.boolean().default(true).meta({
      description: "Write only where there is no such object yet. Off for storage that does not know `If-None-Match`.",
    }),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({
        description: "Address of another storage with S3's protocol, or of a VPC endpoint. Amazon's if not set.",
      }),
    path_style: z.boolean().default(false).meta({
      description: "The bucket in the path and not in the host's name, as most other storage wants it.",
    }),
    sts_endpoint: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({
        description: "Address of the token service for `role_arn`. The region's own if not set.",
      }),
    ...tlsSettings,
  })
  .superRefine(({ role_arn, external_id }, context) => {
    if (external_id === undefined || role_arn !== undefined) return;
    context.addIssue({ code: "custom", path: ["external_id"], message: "has no meaning without role_arn" });
  });

export type S3Config = z.output<typeof s3Schema>;
