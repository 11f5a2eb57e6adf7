/** Returns what went wrong, with the causes that the client's errors collect. */
export function errorText(error: unknown): string {
  return [...new Set(messagesOf(error))].join(": ");
}

function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const inner = error instanceof AggregateError ? error.errors.flatMap(messagesOf) : [];
  return [error.message.replace(/\.$/, ""), ...inner, ...(error.cause === undefined ? [] : messagesOf(error.cause))];
}
