import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { sameOrg } from "../../../event/same-org.ts";
import type { DeadLetter, DeadLetters } from "../../dead-letters/dead-letter.ts";
import { NumberedEvent, originalOf } from "./numbered-event.ts";
import type { NumberingSettings } from "./numbering-settings.ts";
import type { Stream } from "./stream.ts";

/**
 * Wraps a destination's dead letters so that each has its number, and the next checkpoint names it. Events that were
 * never taken get a number here: those that a full queue did not accept, and the rest of a removed destination.
 */
export function numberedDeadLetters(
  deadLetters: DeadLetters,
  stream: Stream,
  settings: NumberingSettings,
  orgId: string | null,
): DeadLetters {
  const isOwn = ({ orgId: own }: AcceptedEvent) => orgId === null || (own !== null && sameOrg(own, orgId));
  const isUnnumbered = ({ record }: DeadLetter) => !(record instanceof NumberedEvent) && isOwn(record);

  async function note(letters: readonly DeadLetter[]): Promise<void> {
    const stages = new Map<string, AcceptedEvent[]>();
    for (const { record, stage } of letters) {
      if (stream.numberOf(record) === undefined) continue;
      const records = stages.get(stage) ?? [];
      stages.set(stage, records);
      records.push(record);
    }
    for (const [stage, records] of stages) await stream.deadLettered(records, stage);
  }

  return {
    async append(batch) {
      const raw = batch.filter(isUnnumbered).map(({ record }) => record);
      const { records } = await stream.number(raw, settings);
      const numberedOf = new Map<AcceptedEvent, AcceptedEvent>(records.map((record) => [record.original, record]));
      const letters = batch.map((letter) => ({ ...letter, record: numberedOf.get(letter.record) ?? letter.record }));
      try {
        await deadLetters.append(letters);
      } catch (error) {
        // Events that are in no queue are refused now. Their numbers are used up.
        const refused = letters.filter(({ record }) => record.sequence === 0 && numberedOf.has(originalOf(record)));
        await note(refused);
        stream.settled(refused.map(({ record }) => record));
        throw error;
      }
      await note(letters);
      stream.settled(records);
    },
    close: () => deadLetters.close(),
  };
}
