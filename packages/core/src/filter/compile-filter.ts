import type { AcceptedEvent } from "../event/accepted-event.ts";
import { byteText } from "../event/event-members.ts";
import { fieldSlot } from "../event/scan/field-plan.ts";
import { FIELD, fieldForm } from "../event/scan/field-value.ts";
import { contains } from "./contains.ts";
import { elementsOf, elementValue, fieldsAt, isPresent, read, reading } from "./event-reading.ts";
import type { Reading } from "./event-reading.ts";
import type { FieldAsk, SlotOf } from "./field-ask.ts";
import { fieldAsk, fieldValue, isKnown } from "./field-ask.ts";
import { MOST_ELEMENTS, MOST_MATCHED } from "./filter-limits.ts";
import type { Attribute, Comparison, Constant, Operand, Term, TextTest } from "./term.ts";
import { usesElement } from "./uses-element.ts";

/** Returns whether an event passes. */
export type Test = (record: AcceptedEvent) => boolean;

type Ask = (at: Reading) => boolean;
type Get = (at: Reading) => unknown;

/** How a filter is used. */
export interface FilterUse {
  /** It is asked about every event from now on, so that the scanner is to note its fields. */
  readonly isStanding: boolean;
}

/** Compiles a term to closures of our own. Each takes time in proportion to the event at most. */
export function compileFilter(term: Term, { isStanding }: FilterUse): Test {
  const slotOf: SlotOf = ({ from, path }) => (isStanding && from === "event" ? fieldSlot(path) : undefined);
  const ask = askOf(term, slotOf);
  return (record) => ask(reading(record));
}

function askOf(term: Term, slotOf: SlotOf, isInside = false): Ask {
  // Asked once for all elements: a tenant's filter may ask a hundred of them.
  if (isInside && !usesElement(term)) return remembered(askOf(term, slotOf));
  const ask = memberAsk(term, slotOf, isInside);
  const quick = fieldAsk(term, slotOf);
  return quick === undefined ? ask : (at) => fieldAnswer(quick, at) ?? ask(at);
}

function fieldAnswer(quick: FieldAsk, at: Reading): boolean | undefined {
  const fields = fieldsAt(at);
  return fields && quick(fields);
}

function memberAsk(term: Term, slotOf: SlotOf, isInside: boolean): Ask {
  switch (term.kind) {
    case "and":
      return all(term.terms.map((part) => askOf(part, slotOf, isInside)));
    case "or":
      return some(term.terms.map((part) => askOf(part, slotOf, isInside)));
    case "not": {
      const ask = askOf(term.term, slotOf, isInside);
      return (at) => !ask(at);
    }
    case "constant":
      return () => term.value;
    case "is": {
      const get = getterOf(term.of, slotOf);
      return (at) => get(at) === true;
    }
    case "has":
      return presence(inBytes(term.of));
    case "compare":
      return comparing(term.operator, operandOf(term.left, slotOf), operandOf(term.right, slotOf), term.right);
    case "one of": {
      const get = operandOf(term.of, slotOf);
      const among: ReadonlySet<unknown> = new Set<Constant>(term.among);
      return (at) => among.has(get(at));
    }
    case "holds":
      return holding(term.list, operandOf(term.value, slotOf));
    case "text":
      return testing(term.test, operandOf(term.of, slotOf), operandOf(term.argument, slotOf));
    case "matches": {
      const get = operandOf(term.of, slotOf);
      return (at) => {
        const text = get(at);
        return typeof text === "string" && term.pattern.test(text.slice(0, MOST_MATCHED));
      };
    }
    case "exists":
      return existing(term.list, askOf(term.term, slotOf, true));
    default:
      return term satisfies never;
  }
}

/** Returns a question that is asked once a look. */
function remembered<Answer>(ask: (at: Reading) => Answer): (at: Reading) => Answer {
  let look = -1;
  let answer: Answer;
  return (at) => {
    if (look !== at.look) {
      answer = ask(at);
      look = at.look;
    }
    return answer;
  };
}

function all(asks: readonly Ask[]): Ask {
  const [first, second, third] = asks;
  // The usual lengths, without a loop.
  if (first !== undefined && second !== undefined && asks.length === 2) return (at) => first(at) && second(at);
  if (first !== undefined && second !== undefined && third !== undefined && asks.length === 3) {
    return (at) => first(at) && second(at) && third(at);
  }
  return (at) => asks.every((ask) => ask(at));
}

function some(asks: readonly Ask[]): Ask {
  const [first, second] = asks;
  if (first !== undefined && second !== undefined && asks.length === 2) return (at) => first(at) || second(at);
  return (at) => asks.some((ask) => ask(at));
}

function operandOf(operand: Operand, slotOf: SlotOf): Get {
  switch (operand.kind) {
    case "constant":
      return () => operand.value;
    case "attribute":
      return getterOf(operand.attribute, slotOf);
    case "size":
      return sizeOf(operand.of);
    default:
      return operand satisfies never;
  }
}

/** What the host has read is 0 where it is absent, so then the text is asked. */
function getterOf(attribute: Attribute, slotOf: SlotOf): Get {
  if (isKnown(attribute)) {
    switch (attribute.path[0]) {
      case "class_uid":
        return (at) => at.record.classUid || read(at, attribute);
      case "severity_id":
        return (at) => at.record.severityId || read(at, attribute);
      default:
        return (at) => at.record.time || read(at, attribute);
    }
  }
  const place = inBytes(attribute);
  const slot = slotOf(attribute);
  const get: Get = slot === undefined ? (at) => read(at, place) : (at) => fieldOrMember(at, slot, place);
  return attribute.from === "event" ? remembered(get) : get;
}

function fieldOrMember(at: Reading, slot: number, attribute: Attribute): unknown {
  const fields = fieldsAt(at);
  // Objects and lists are compared by the members' rules.
  if (fields === undefined || fieldForm(fields, slot) === FIELD.container) return read(at, attribute);
  return fieldValue(fields, slot);
}

/** Names as events' bytes have them. */
function inBytes({ from, path }: Attribute): Attribute {
  return { from, path: path.map(byteText) };
}

function presence(attribute: Attribute): Ask {
  return (at) => isPresent(at, attribute);
}

function sizeOf(named: Attribute): Get {
  const attribute = inBytes(named);
  return (at) => {
    // A list is counted, not read.
    const elements = elementsOf(at, attribute, Number.POSITIVE_INFINITY);
    if (elements !== undefined) return elements.length;
    const value = read(at, attribute);
    // Code points, as CEL counts. Most texts have one a unit.
    if (typeof value === "string")
      return /[\u{10000}-\u{10ffff}]/u.test(value) ? Array.from(value).length : value.length;
    return undefined;
  };
}

/** A comparison with a missing attribute, or with a value of another type, is false: `!=` as well. */
function comparing(operator: Comparison, one: Get, other: Get, right: Operand): Ask {
  const compare = comparisons[operator];
  if (right.kind === "constant") {
    const { value } = right;
    const type = typeof value;
    return (at) => {
      const found = one(at);
      return typeof found === type && compare(found, value);
    };
  }
  return (at) => {
    const found = one(at);
    const against = other(at);
    return found !== undefined && typeof found === typeof against && compare(found, against);
  };
}

type Compare = (one: unknown, other: unknown) => boolean;

const comparisons: Readonly<Record<Comparison, Compare>> = {
  "==": (one, other) => one === other,
  "!=": (one, other) => one !== other,
  "<": (one, other) => order(one, other) < 0,
  "<=": (one, other) => order(one, other) <= 0,
  ">": (one, other) => order(one, other) > 0,
  ">=": (one, other) => order(one, other) >= 0,
};

/** NaN, which is neither more nor less, for what has no order. */
function order(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one !== "string" || typeof other !== "string") return Number.NaN;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function testing(test: TextTest, of: Get, argument: Get): Ask {
  return (at) => {
    const text = of(at);
    const part = argument(at);
    return typeof text === "string" && typeof part === "string" && tests[test](text, part);
  };
}

const tests: Readonly<Record<TextTest, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains,
};

function holding(named: Attribute, value: Get): Ask {
  const list = inBytes(named);
  return (at) => {
    const wanted = value(at);
    if (wanted === undefined) return false;
    const elements = elementsOf(at, list, MOST_ELEMENTS) ?? [];
    return elements.some((element) => elementValue(at, element) === wanted);
  };
}

function existing(named: Attribute, ask: Ask): Ask {
  const list = inBytes(named);
  return (at) => {
    const outer = at.element;
    try {
      for (const element of elementsOf(at, list, MOST_ELEMENTS) ?? []) {
        at.element = element;
        if (ask(at)) return true;
      }
      return false;
    } finally {
      at.element = outer;
    }
  };
}
