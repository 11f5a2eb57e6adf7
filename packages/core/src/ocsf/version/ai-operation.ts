import { isJsonObject, type JsonObject } from "../json-value.ts";

const API_ACTIVITY = 6003;
const PROFILE = "ai_operation";

/**
 * Adds what OCSF 1.8 has for an event about a model: its name and provider, and the tokens that the audit record counted.
 * The event is in OCSF 1.1, where a model is a resource and tokens are below `unmapped`.
 */
export function withAiOperation(event: JsonObject): JsonObject {
  const { class_uid, api, resources, unmapped, metadata } = event;
  if (class_uid !== API_ACTIVITY || !isJsonObject(metadata)) return event;
  const service = isJsonObject(api) && isJsonObject(api["service"]) ? api["service"] : undefined;
  const provider = service?.["name"];
  const name = modelIn(resources);
  if (typeof provider !== "string" || name === undefined) return event;
  const counted = tokensIn(isJsonObject(unmapped) ? unmapped : {});
  const { rest } = counted;
  const { unmapped: _, ...others } = event;
  return {
    ...others,
    ai_model: { name, ai_provider: provider },
    ...(counted.tokens !== undefined && { message_context: { ...counted.tokens, service: { name: provider } } }),
    metadata: {
      ...metadata,
      profiles: [...(Array.isArray(metadata["profiles"]) ? metadata["profiles"] : []), PROFILE],
    },
    ...(isJsonObject(unmapped)
      ? Object.keys(rest).length > 0 && { unmapped: rest }
      : unmapped !== undefined && { unmapped }),
  };
}

function modelIn(resources: unknown): string | undefined {
  if (!Array.isArray(resources)) return undefined;
  const model: unknown = resources.find(
    (resource: unknown) => isJsonObject(resource) && resource["type"] === "AI model",
  );
  const name = isJsonObject(model) ? model["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Names that audit records give to the numbers of tokens. */
const names = {
  prompt_tokens: ["prompt_tokens", "token_count_input"],
  completion_tokens: ["completion_tokens", "token_count_output"],
  total_tokens: ["total_tokens"],
} as const;

function tokensIn(unmapped: JsonObject): { readonly tokens: JsonObject | undefined; readonly rest: JsonObject } {
  const tokens: Record<string, unknown> = {};
  const rest = new Map(Object.entries(unmapped));
  for (const [attribute, given] of Object.entries(names)) {
    const name = given.find((one) => Number.isSafeInteger(rest.get(one)));
    if (name === undefined) continue;
    tokens[attribute] = rest.get(name);
    rest.delete(name);
  }
  const isKnown = Object.keys(tokens).length > 0;
  return { tokens: isKnown ? tokens : undefined, rest: Object.fromEntries(rest) };
}
