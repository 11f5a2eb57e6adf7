import { isIPv6 } from "node:net";
import { tlsSettings } from "@arbitex/core";
import { certificateWithKey, syslogSettings } from "@arbitex/core/syslog";
import { z } from "zod";

/** RFC 5425 requires every receiver to accept this much. */
const SMALLEST_MESSAGE = 2048;
/** About the highest payload limit of QRadar. */
const LARGEST_MESSAGE = 32_000;

const { host, header, framing, source_host, tls_server_name } = syslogSettings;

export const qradarSchema = z
  .strictObject({
    host: host.meta({ description: "QRadar's event collector, or a data gateway: name or address." }),
    port: z.int().min(1).max(65_535).default(6514).meta({ description: "Port of the TLS Syslog log source." }),
    format: z.enum(["cef", "leef"]).default("cef").meta({
      description: "`cef` is CEF:0; `leef` is LEEF 2.0, which QRadar itself parses best.",
    }),
    header,
    framing,
    source_host: source_host
      .refine((name) => name === undefined || !isIPv6(name), {
        error: "must be no IPv6 address, which QRadar cannot route",
      })
      .meta({
        description:
          "Host in the syslog header, by which QRadar finds the log source: keep it the same for a deployment. This machine's name if not set.",
      }),
    max_message_bytes: z.int().min(SMALLEST_MESSAGE).max(LARGEST_MESSAGE).default(8192).meta({
      description:
        "Largest message, header included; longer ones are shortened. Not more than the log source's payload limit.",
    }),
    tls_server_name,
    ...tlsSettings,
  })
  .superRefine(certificateWithKey);

export type QRadarConfig = z.output<typeof qradarSchema>;
