/** Returns what went wrong, with the causes that the client's errors collect. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.map(errorText) : [];
  return [...new Set([error.message, ...inner])].map((text) => text.replace(/\.$/, "")).join(": ");
}
