import type { Secret } from "@arbitex/core";
import { authorizationProblems, authorizationSettings, secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import { shapes } from "./shapes.ts";
import { secretProblem } from "./signing-secret.ts";
import { urlProblem } from "./url.ts";

/** Headers of the signature. */
const OWN = /^webhook-/;

export const webhookSchema = z
  .strictObject({
    url: secret({
      description:
        "Address of the receiver, such as `https://soar.example.com/hooks/audit`. Many hold a token, so that it is never shown.",
    }).superRefine(refuse(urlProblem)),
    shape: z.enum(shapes).default("array").meta({
      description:
        "What a body is. `array`: a JSON array of events. `ndjson`: an event a line. `single`: one event, a request each.",
    }),
    signing_secret: secret({
      description: "Key that bodies are signed with by Standard Webhooks: `whsec_` and 24 to 64 bytes in base64.",
    })
      .superRefine(refuse(secretProblem))
      .optional(),
    previous_signing_secret: secret({
      description:
        "Key of before, while it is changed: bodies are signed with both until the receiver knows the new one.",
    })
      .superRefine(refuse(secretProblem))
      .optional(),
    ...authorizationSettings,
    max_body_bytes: z.int().min(10_000).max(20_000_000).default(1_000_000).meta({
      description: "Largest body before compression. Many receivers take 1 MB.",
    }),
    expected_reply: z.string().min(1).max(200).optional().meta({
      description: 'Text that a good answer holds, such as `"ok"`. Any other answer with a 2xx is no success then.',
    }),
    ...tlsSettings,
  })
  .superRefine(authorizationProblems)
  .superRefine(({ headers = {}, signing_secret, previous_signing_secret }, context) => {
    const own = Object.keys(headers).find((name) => OWN.test(name));
    if (own !== undefined) {
      const message = `must not set ${own}: receivers read id, time and signature of a message in headers of this name`;
      context.addIssue({ code: "custom", path: ["headers"], message });
    }
    if (signing_secret === undefined && previous_signing_secret !== undefined) {
      const message = "is missing beside previous_signing_secret: bodies would be signed with the old key alone";
      context.addIssue({ code: "custom", path: ["signing_secret"], message });
    }
  });

export type WebhookConfig = z.output<typeof webhookSchema>;

function refuse(problemOf: (value: Secret) => string | undefined) {
  return (value: Secret, context: z.RefinementCtx<Secret>): void => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}
