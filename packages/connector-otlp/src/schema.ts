import { authorizationProblems, authorizationSettings, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import { urlProblem } from "./endpoint.ts";

export const otlpSchema = z
  .strictObject({
    url: z
      .string()
      .superRefine((url, context) => {
        const message = urlProblem(url);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .meta({
        description:
          "Address of the receiver, such as `https://collector.example.com:4318`. Without a path, `/v1/logs` is added.",
      }),
    encoding: z.enum(["protobuf", "json"]).default("protobuf").meta({
      description: "How requests are written. Every receiver should take both; some take `protobuf` alone.",
    }),
    body: z.enum(["text", "structured"]).default("text").meta({
      description:
        "`text`: the event as JSON text in the body of its log record. `structured`: its members as keys and values.",
    }),
    service_name: z.string().min(1).default("arbitex-platform").meta({
      description: "`service.name` of the resource that the logs are of.",
    }),
    ...authorizationSettings,
    ...tlsSettings,
  })
  .superRefine(authorizationProblems);

export type OtlpConfig = z.output<typeof otlpSchema>;
