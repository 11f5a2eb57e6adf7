import { z } from "zod";
import { deadLetterOutcome } from "../dead-letters/dead-letter-outcome.ts";
import type { DeadLetterPage, DeadLetterPlace } from "../dead-letters/dead-letter-page.ts";
import type { FoundDeadLetter } from "../dead-letters/find-dead-letters.ts";
import type { DeadLetterAnswer } from "./dead-letter-schemas.ts";

interface PageAnswer {
  readonly letters: DeadLetterAnswer[];
  readonly next_cursor: string | null;
}

export function pageAnswer({ found, next }: DeadLetterPage, withEvents: boolean): PageAnswer {
  return {
    letters: found.map((one) => deadLetterAnswerOf(one, withEvents)),
    next_cursor: next === undefined ? null : cursorOf(next),
  };
}

export function deadLetterAnswerOf({ deadLetter, isReplayed }: FoundDeadLetter, withEvent: boolean): DeadLetterAnswer {
  const event: unknown = withEvent ? JSON.parse(deadLetter.event) : undefined;
  return {
    id: deadLetter.id,
    ...deadLetterOutcome(deadLetter),
    replayed: isReplayed,
    ...(withEvent && { event }),
  };
}

const placeSchema = z.tuple([z.string(), z.string()]);

function cursorOf(place: DeadLetterPlace): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Undefined when the text is no cursor of this API. */
export function placeOfCursor(cursor: string): DeadLetterPlace | undefined {
  try {
    return placeSchema.safeParse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
