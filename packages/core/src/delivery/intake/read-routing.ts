import { wrongTimeUnitOf } from "../../ocsf/time-unit.ts";
import { CLOSE_BRACE, OPEN_BRACE, skipSpace, stringEnd, valueEnd } from "../../event/json-walk.ts";

/** What the host needs of an event: id, organisation, class, severity and time. */
export interface Routing {
  /** `metadata.uid`; undefined if it is absent or empty. */
  readonly id: string | undefined;
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  readonly time: number;
}

/**
 * Reads an event's routing from its text without parsing it, and as little of the text as possible; for input known to
 * be valid. Returns undefined if the text must be parsed: a member is missing, has another type, occurs twice (JSON
 * parsers take the last), or is written unusually. The rest of the text is not checked.
 */
export function readRouting(json: string): Routing | undefined {
  const start = skipSpace(json, 0);
  if (json.charCodeAt(start) !== OPEN_BRACE || !endsWithBrace(json)) return undefined;
  const found = emptyFindings(json.includes("\\"));
  readEvent(json, start, found);
  const { classUid, severityId, time } = found;
  if (found.isUnsure || classUid === undefined || severityId === undefined || time === undefined) return undefined;
  // The shape check refuses a time in another unit.
  if (wrongTimeUnitOf(time) !== undefined) return undefined;
  return { id: found.uid, orgId: found.actorOrg ?? found.tenant ?? found.userOrg ?? null, classUid, severityId, time };
}

interface Findings {
  classUid: number | undefined;
  severityId: number | undefined;
  time: number | undefined;
  uid: string | undefined;
  tenant: string | undefined;
  actorOrg: string | undefined;
  userOrg: string | undefined;
  /** Bit set of the members found. */
  seen: number;
  isUnsure: boolean;
  /** Whether the text has escapes. Most have none, which saves a check of each key. */
  readonly hasEscapes: boolean;
}

function emptyFindings(hasEscapes: boolean): Findings {
  return {
    classUid: undefined,
    severityId: undefined,
    time: undefined,
    uid: undefined,
    tenant: undefined,
    actorOrg: undefined,
    userOrg: undefined,
    seen: 0,
    isUnsure: false,
    hasEscapes,
  };
}

/** A wanted member and its destination. */
type Wanted =
  | (Key & { readonly into: "classUid" | "severityId" | "time"; readonly kind: "integer" })
  | (Key & { readonly into: "uid" | "tenant" | "actorOrg" | "userOrg"; readonly kind: "text" })
  | (Key & { readonly members: readonly Wanted[]; readonly kind: "object" });

interface Key {
  readonly key: string;
  /** Its bit in the set of members. */
  readonly bit: number;
}

const eventMembers: readonly Wanted[] = [
  { key: "class_uid", bit: 1, into: "classUid", kind: "integer" },
  { key: "severity_id", bit: 2, into: "severityId", kind: "integer" },
  { key: "time", bit: 4, into: "time", kind: "integer" },
  {
    key: "metadata",
    bit: 8,
    kind: "object",
    members: [
      { key: "uid", bit: 16, into: "uid", kind: "text" },
      { key: "tenant_uid", bit: 32, into: "tenant", kind: "text" },
    ],
  },
  {
    key: "actor",
    bit: 64,
    kind: "object",
    members: [
      { key: "org", bit: 128, kind: "object", members: [{ key: "uid", bit: 256, into: "actorOrg", kind: "text" }] },
      {
        key: "user",
        bit: 512,
        kind: "object",
        members: [
          {
            key: "org",
            bit: 1024,
            kind: "object",
            members: [{ key: "uid", bit: 2048, into: "userOrg", kind: "text" }],
          },
        ],
      },
    ],
  },
];

/** Reads members until each wanted one was found once and cannot occur again, or something is unusual. */
function readEvent(json: string, brace: number, found: Findings): void {
  let left = eventMembers.length;
  let isOpen = true;
  let at = skipSpace(json, brace + 1);
  while (at < json.length && json.charCodeAt(at) !== CLOSE_BRACE && !found.isUnsure) {
    if (left === 0 && isOpen) {
      if (!mayRepeat(json, at, found)) return;
      isOpen = false;
    }
    const keyEnd = stringEnd(json, at);
    const value = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const member = memberAt(json, at + 1, keyEnd - 1, eventMembers, found);
    if (member !== undefined) left--;
    at = nextMember(json, member === undefined ? valueEnd(json, value) : readValue(json, value, member, found));
  }
}

/** Returns whether a wanted key could occur again in the rest, at any depth. */
function mayRepeat(json: string, at: number, { hasEscapes }: Findings): boolean {
  if (hasEscapes && json.includes("\\", at)) return true;
  // Includes the character before the key.
  anyKey.lastIndex = at - 1;
  return anyKey.test(json);
}

/**
 * One pass of a regular expression is much faster than a search per key. A key follows a brace, a comma or white space,
 * which skips most quotes: they end a string or begin a value.
 */
const anyKey = new RegExp(`[{,\\s]"(?:${eventMembers.map(({ key }) => key).join("|")})"`, "g");

/** Reads the wanted members of the object whose brace is at `brace`; returns its end. */
function readObject(json: string, brace: number, wanted: readonly Wanted[], found: Findings): number {
  let at = skipSpace(json, brace + 1);
  while (at < json.length && json.charCodeAt(at) !== CLOSE_BRACE) {
    const keyEnd = stringEnd(json, at);
    const value = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const member = memberAt(json, at + 1, keyEnd - 1, wanted, found);
    at = nextMember(json, member === undefined ? valueEnd(json, value) : readValue(json, value, member, found));
  }
  return at + 1;
}

function nextMember(json: string, end: number): number {
  const next = skipSpace(json, end);
  return json.charCodeAt(next) === CLOSE_BRACE ? next : skipSpace(json, next + 1);
}

function memberAt(
  json: string,
  start: number,
  end: number,
  wanted: readonly Wanted[],
  found: Findings,
): Wanted | undefined {
  for (let index = 0; index < wanted.length; index++) {
    const member = wanted[index];
    if (member?.key.length === end - start && json.startsWith(member.key, start)) return member;
  }
  // A key with an escape may be any of them.
  if (found.hasEscapes && json.slice(start, end).includes("\\")) found.isUnsure = true;
  return undefined;
}

/** Reads a wanted value and returns its end. */
function readValue(json: string, start: number, member: Wanted, found: Findings): number {
  if ((found.seen & member.bit) !== 0) found.isUnsure = true;
  found.seen |= member.bit;
  if (member.kind === "object") {
    if (json.charCodeAt(start) === OPEN_BRACE) return readObject(json, start, member.members, found);
    found.isUnsure = true;
    return valueEnd(json, start);
  }
  const end = valueEnd(json, start);
  if (member.kind === "integer") {
    found[member.into] ??= integerAt(json, start, end);
    if (found[member.into] === undefined) found.isUnsure = true;
  } else if (isPlainText(json, start, end, found.hasEscapes)) found[member.into] ??= json.slice(start + 1, end - 1);
  else found.isUnsure = true;
  return end;
}

/** Reads an integer of at most fifteen digits, so that it is exact, without sign, fraction or exponent. */
function integerAt(json: string, start: number, end: number): number | undefined {
  if (end === start || end - start > 15) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = json.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** Returns whether it is a non-empty string without escapes. */
function isPlainText(json: string, start: number, end: number, hasEscapes: boolean): boolean {
  if (json.charCodeAt(start) !== QUOTE || json.charCodeAt(end - 1) !== QUOTE || end - start <= 2) return false;
  return !hasEscapes || !json.slice(start, end).includes("\\");
}

const QUOTE = 0x22;

function endsWithBrace(json: string): boolean {
  let end = json.length - 1;
  while (end > 0 && skipSpace(json, end) > end) end--;
  return json.charCodeAt(end) === CLOSE_BRACE;
}
