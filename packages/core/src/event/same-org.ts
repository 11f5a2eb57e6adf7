const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;

/** Normalises an organisation's id: a UUID to lower case; any other id stays as it is. */
export function orgKey(orgId: string): string {
  return orgId.length === UUID_LENGTH && UUID.test(orgId) ? orgId.toLowerCase() : orgId;
}

/** Returns whether two ids are of one organisation: a UUID may be written in either case. */
export function sameOrg(one: string, other: string): boolean {
  return one === other || orgKey(one) === orgKey(other);
}
