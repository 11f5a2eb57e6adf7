import { z } from "zod";
import { secret } from "./secret.ts";

/** The TLS keys that every connector with a choice of server shares; spread them into a config schema. */
export const tlsSettings = {
  tls_verify: z.boolean().default(true).meta({ description: "Verify the server's certificate. Off only by name." }),
  tls_ca: z.string().min(1).optional().meta({ description: "CA certificates to trust: PEM text, or a file's path." }),
  tls_cert: z.string().min(1).optional().meta({ description: "Client certificate: PEM text, or a file's path." }),
  tls_key: secret({ description: "Client certificate's key: PEM text, or a file's path." }).optional(),
};

/** What `tlsSettings` parses to. */
export type TlsSettings = z.output<ReturnType<typeof tlsObject>>;

function tlsObject() {
  return z.object(tlsSettings);
}
