import { z } from "zod";

const HOST = /^[^\s/:@[\]]+$|^[\da-fA-F:.]*:[\da-fA-F:.]+$/;
const VISIBLE = /^[\x21-\x7e]+$/;

/** Settings shared by every connector on a syslog stream. Spread them into a config schema beside `tlsSettings`. */
export const syslogSettings = {
  host: z
    .string()
    .refine((host) => HOST.test(host), {
      error: "must be a name or an address alone, such as syslog.example.com; without https:// and without a port",
    })
    .meta({ description: "The receiver's name or address." }),
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
    .refine((name) => VISIBLE.test(name), { error: "must be one word of visible ASCII" })
    .optional()
    .meta({ description: "Host in the syslog header. This machine's name if not set." }),
  tls_server_name: z.string().min(1).optional().meta({
    description: "Name in the server's certificate, where it is not `host`.",
  }),
};

/** Reports a client certificate without its key, or a key without its certificate. For `superRefine`. */
export function certificateWithKey(
  { tls_cert, tls_key }: { readonly tls_cert?: unknown; readonly tls_key?: unknown },
  context: z.RefinementCtx,
): void {
  if ((tls_cert === undefined) === (tls_key === undefined)) return;
  const missing = tls_cert === undefined ? "tls_cert" : "tls_key";
  context.addIssue({
    code: "custom",
    path: [missing],
    message: "is missing: a client certificate and its key go together",
  });
}
