import { z } from "zod";
import type { OperatorOnly } from "./operator-only.ts";
import { secret } from "./secret.ts";

/** TLS settings shared by every connector whose server the user chooses. Spread them into a config schema. */
export const tlsSettings = {
  tls_verify: z.boolean().default(true).meta({ description: "Verify the server's certificate. Off only by name." }),
  tls_ca: pemOrPath("CA certificates to trust: PEM text, or a file's path."),
  tls_cert: pemOrPath("Client certificate: PEM text, or a file's path."),
  tls_key: secret({
    description: "Client certificate's key: PEM text, or a file's path.",
    operatorOnly: "path",
  }).optional(),
};

function pemOrPath(description: string) {
  const operatorOnly: OperatorOnly = "path";
  return z.string().min(1).optional().meta({ description, operatorOnly });
}

/** What `tlsSettings` parses to. */
export type TlsSettings = z.output<ReturnType<typeof tlsObject>>;

function tlsObject() {
  return z.object(tlsSettings);
}
