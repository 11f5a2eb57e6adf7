import { tlsSettings } from "@arbitex/core";
import { certificateWithKey, syslogSettings } from "@arbitex/core/syslog";
import { z } from "zod";

/** RFC 5425 requires every receiver to accept this much. */
const SMALLEST_MESSAGE = 2048;
const LARGEST_MESSAGE = 1_048_576;
/** Settings without effect without TLS. `tls_verify` is left out: its default looks like a user's choice. */
const TLS_ONLY = ["tls_ca", "tls_cert", "tls_key", "tls_server_name"] as const;

/** RFC 5424's numbers of the facilities used for audit events. */
export const facilities = {
  auth: 4,
  authpriv: 10,
  audit: 13,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;

const facilityNames = [
  "auth",
  "authpriv",
  "audit",
  "local0",
  "local1",
  "local2",
  "local3",
  "local4",
  "local5",
  "local6",
  "local7",
] as const satisfies readonly (keyof typeof facilities)[];

const { host, header, framing, source_host, tls_server_name } = syslogSettings;

export const syslogSchema = z
  .strictObject({
    host,
    transport: z.enum(["tls", "tcp"]).default("tls").meta({
      description: "`tcp` is without encryption, for a receiver on this machine or in the same closed network.",
    }),
    port: z.int().min(1).max(65_535).optional().meta({
      description: "The receiver's port. 6514 with `tls` and 514 with `tcp` if not set.",
    }),
    format: z.enum(["json", "cef", "leef"]).default("json").meta({
      description:
        "`json` is the OCSF event whole; `cef` is CEF:0, `leef` is LEEF 2.0, both with the fields they know.",
    }),
    header,
    framing: framing.unwrap().default("octet_counting").meta({
      description:
        "How messages are told apart: the length before each, as RFC 5425 wants it, or a line feed after it. Must be the receiver's.",
    }),
    app_name: z
      .string()
      .regex(/^[\x21-\x7e]{1,48}$/, { error: "must be one word of visible ASCII, of at most 48 characters" })
      .default("arbitex")
      .meta({ description: "Application's name in an RFC 5424 header." }),
    facility: z.enum(facilityNames).default("local0").meta({ description: "Syslog facility." }),
    source_host,
    max_message_bytes: z.int().min(SMALLEST_MESSAGE).max(LARGEST_MESSAGE).default(8192).meta({
      description:
        "Largest message, header included. Longer CEF and LEEF is shortened, longer JSON is dead-lettered. Not more than the receiver takes.",
    }),
    tls_server_name,
    ...tlsSettings,
  })
  .superRefine(certificateWithKey)
  .superRefine((config, context) => {
    if (config.transport === "tls") return;
    for (const key of TLS_ONLY.filter((name) => config[name] !== undefined)) {
      context.addIssue({ code: "custom", path: [key], message: "has no meaning with transport: tcp; leave one out" });
    }
  });

export type SyslogConfig = z.output<typeof syslogSchema>;
