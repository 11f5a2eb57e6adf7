const MAX_TAGS = 100;
const MAX_TAG_CHARACTERS = 256;

/** Returns what is wrong with a list of tags. Datadog truncates or drops what exceeds its limits. */
export function tagsProblem(tags: readonly string[]): string | undefined {
  if (tags.length > MAX_TAGS) return `must be at most ${MAX_TAGS} tags: Datadog takes no more on one log`;
  const long = tags.find((tag) => tag.length > MAX_TAG_CHARACTERS);
  if (long === undefined) return undefined;
  return `must not hold a tag of more than ${MAX_TAG_CHARACTERS} characters: "${long.slice(0, 20)}…"`;
}
