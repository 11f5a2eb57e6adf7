import { isIPv6 } from "node:net";
import { tlsSettings } from "@arbitex/core";
import { z } from "zod";

/** RFC 5425 makes every receiver take this much. */
const SMALLEST_MESSAGE = 2048;
/** About the highest that QRadar's payload limit can be raised to. */
const LARGEST_MESSAGE = 32_000;

export const qradarSchema = z
  .strictObject({
    host: z
      .string()
      .refine((host) => HOST.test(host), {
        error: "must be a name or an address alone, such as qradar.example.com; without https:// and without a port",
      })
      .meta({ description: "QRadar's event collector, or a data gateway: name or address." }),
    port: z.int().min(1).max(65_535).default(6514).meta({ description: "Port of the TLS Syslog log source." }),
    format: z.enum(["cef", "leef"]).default("cef").meta({
      description: "`cef` is CEF:0; `leef` is LEEF 2.0, which QRadar itself parses best.",
    }),
    header: z.enum(["rfc5424", "rfc3164"]).default("rfc5424").meta({
      description: "Syslog header; `rfc3164` for receivers that take CEF behind the old one alone, such as ArcSight.",
    }),
    framing: z.enum(["lf", "octet_counting"]).default("lf").meta({
      description:
        "How messages are told apart: a line feed after each, or its length before it. Must be the receiver's.",
    }),
    source_host: z
      .string()
      .min(1)
      .max(255)
      .refine((name) => VISIBLE.test(name) && !isIPv6(name), {
        error: "must be one word of visible ASCII, and no IPv6 address, which QRadar cannot route",
      })
      .optional()
      .meta({
        description:
          "Host in the syslog header, by which QRadar finds the log source: keep it the same for a deployment. This machine's name if not set.",
      }),
    max_message_bytes: z.int().min(SMALLEST_MESSAGE).max(LARGEST_MESSAGE).default(8192).meta({
      description:
        "Largest message, header included; longer ones are shortened. Not more than the log source's payload limit.",
    }),
    tls_server_name: z.string().min(1).optional().meta({
      description: "Name in the server's certificate, where it is not `host`.",
    }),
    ...tlsSettings,
  })
  .superRefine(({ tls_cert, tls_key }, context) => {
    if ((tls_cert === undefined) === (tls_key === undefined)) return;
    const missing = tls_cert === undefined ? "tls_cert" : "tls_key";
    context.addIssue({
      code: "custom",
      path: [missing],
      message: "is missing: a client certificate and its key go together",
    });
  });

const VISIBLE = /^[\x21-\x7e]+$/;
const HOST = /^[^\s/:@[\]]+$|^[\da-fA-F:.]*:[\da-fA-F:.]+$/;

export type QRadarConfig = z.output<typeof qradarSchema>;
