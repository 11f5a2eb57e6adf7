const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;

/** How an organisation's id is kept: a UUID is the same in capitals; any other id is only what it is. */
export function orgKey(orgId: string): string {
  return orgId.length === UUID_LENGTH && UUID.test(orgId) ? orgId.toLowerCase() : orgId;
}

export function sameOrg(one: string, other: string): boolean {
  return one === other || orgKey(one) === orgKey(other);
}
