import type { OcsfEvent } from "@arbitex/core";
import type { EventMoment } from "./moment.ts";
import { actor, metadata, sourceEndpoint, success } from "./moment.ts";
import { integer, pick } from "./random.ts";

const MODELS = [
  { model: "gpt-5-mini", provider: "openai", hostname: "api.openai.com" },
  { model: "claude-sonnet-4-5", provider: "anthropic", hostname: "api.anthropic.com" },
  { model: "gemini-2.5-pro", provider: "google", hostname: "generativelanguage.googleapis.com" },
  { model: "mistral-large-2411", provider: "mistral", hostname: "api.mistral.ai" },
];

/** A proxied request, class 6003: Create, or Read when it only lists models. */
export function apiActivity(moment: EventMoment): OcsfEvent {
  const { random, time, person } = moment;
  const { model, provider, hostname } = pick(random, MODELS);
  const reads = random() < 0.05;
  const succeeded = random() < 0.97;
  return {
    class_uid: 6003,
    class_name: "API Activity",
    category_uid: 6,
    category_name: "Application Activity",
    ...(reads
      ? { activity_id: 2, activity_name: "Read", type_uid: 600302 }
      : { activity_id: 1, activity_name: "Create", type_uid: 600301 }),
    severity_id: 1,
    severity: "Informational",
    ...success(succeeded),
    time,
    message: `${person.user.name} sent a request to ${model}`,
    metadata: metadata(moment),
    actor: actor(moment),
    src_endpoint: sourceEndpoint(moment),
    dst_endpoint: { hostname },
    api: {
      operation: reads ? "models.list" : "chat.completions",
      service: { name: provider },
      response: { code: succeeded ? 200 : pick(random, [429, 500, 529]) },
    },
    http_request: { http_method: reads ? "GET" : "POST", user_agent: person.userAgent },
    unmapped: {
      model_id: model,
      token_count_input: integer(random, 20, 6_000),
      token_count_output: succeeded ? integer(random, 1, 2_000) : 0,
      latency_ms: integer(random, 180, 9_000),
    },
  };
}
