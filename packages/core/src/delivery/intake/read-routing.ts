import { wrongTimeUnitOf } from "../../ocsf/time-unit.ts";
import { CLOSE_BRACE, OPEN_BRACE, skipSpace, stringEnd, valueEnd } from "../../event/json-walk.ts";

/** What the host itself must know of an event: who it is, whose, what and when. */
export interface Routing {
  /** `metadata.uid`; undefined when it has none, or an empty one. */
  readonly id: string | undefined;
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  readonly time: number;
}

/**
 * Reads an event's routing from its text without parsing it, looking no further than it must: for input that is known to be
 * good. Undefined when it is not sure, and the text has to be parsed: something is missing, has another type, occurs twice (readers
 * of JSON take the last), or is written in an unusual way. What it has not seen it has not checked.
 */
export function readRouting(json: string): Routing | undefined {
  const start = skipSpace(json, 0);
  if (json.charCodeAt(start) !== OPEN_BRACE || !endsWithBrace(json)) return undefined;
  const found = emptyFindings(json.includes("\\"));
  readEvent(json, start, found);
  const { classUid, severityId, time } = found;
  if (found.isUnsure || classUid === undefined || severityId === undefined || time === undefined) return undefined;
  // A time in another unit is refused by the check of the shape.
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
  /** The bits of members that occurred. */
  seen: number;
  isUnsure: boolean;
  /** Most events hold not a single one, which spares a look at each of their keys. */
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

/** A member that is looked for, and where its value goes. */
type Wanted =
  | (Key & { readonly into: "classUid" | "severityId" | "time"; readonly kind: "integer" })
  | (Key & { readonly into: "uid" | "tenant" | "actorOrg" | "userOrg"; readonly kind: "text" })
  | (Key & { readonly members: readonly Wanted[]; readonly kind: "object" });

interface Key {
  readonly key: string;
  /** Its own among all that are wanted. */
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

/** Reads members of the event until all that is wanted was found once and cannot occur again, or something is unusual. */
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

/** Whether a key of the event could stand in the rest as well, at any depth. */
function mayRepeat(json: string, at: number, { hasEscapes }: Findings): boolean {
  if (hasEscapes && json.includes("\\", at)) return true;
  // With what stands before the key.
  anyKey.lastIndex = at - 1;
  return anyKey.test(json);
}

/**
 * One pass of a compiled expression takes a fraction of the time of a search for each key. Before a key stands a brace, a comma
 * or white space, by which most quotes are passed over: they end a string, or begin a value.
 */
const anyKey = new RegExp(`[{,\\s]"(?:${eventMembers.map(({ key }) => key).join("|")})"`, "g");

/** Reads what is wanted of the object whose brace is at `brace`; gives its end. */
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
  // A key with an escape in it may be any of them.
  if (found.hasEscapes && json.slice(start, end).includes("\\")) found.isUnsure = true;
  return undefined;
}

/** Reads a value that is wanted and gives its end. */
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

/** At most fifteen digits, so that the number is exact, and no sign, fraction or exponent. */
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

/** A string of at least one character, and none of them escaped. */
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
