/** PostgreSQL takes no other text for a UUID column; asking for one is an error there and "not found" here. */
export function isUuid(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text);
}
