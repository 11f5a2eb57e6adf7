import type { JSX } from "preact";
import type { Status } from "../../api/types.ts";
import { Ago } from "../../parts/time.tsx";
import { useConsole } from "../../state/console-context.ts";

interface FiguresProps {
  readonly status: {
    readonly counts:
      | (Pick<NonNullable<Status["counts"]>, "delivered" | "filtered"> & { readonly queued?: number })
      | null;
    readonly queue: Status["queue"];
    readonly last_delivery_at: string | null;
  };
  readonly now: number;
  readonly waiting: number | undefined;
  /** Where its dead letters are; undefined where they stand on the same page. */
  readonly deadLettersHref?: string;
}

/** What was delivered, what waits and what could not be delivered. */
export function Figures({ status, now, waiting, deadLettersHref }: FiguresProps): JSX.Element {
  const { strings, formats } = useConsole();
  const { destination } = strings;
  const { counts, queue } = status;
  const number = (value: number | undefined) => (value === undefined ? "–" : formats.compact(value));
  return (
    <dl class="facts">
      <div>
        <dt>{destination.delivered}</dt>
        <dd>{number(counts?.delivered)}</dd>
      </div>
      <div>
        <dt>{destination.queued}</dt>
        <dd>
          {number(queue?.events ?? counts?.queued)}
          {queue !== null && queue.events > 0 && <span class="small"> {formats.bytes(queue.bytes)}</span>}
        </dd>
      </div>
      <div>
        <dt>{destination.oldest}</dt>
        <dd>{queue === null || queue.events === 0 ? "–" : formats.duration(queue.oldest_age_seconds)}</dd>
      </div>
      <div>
        <dt>{destination.letters}</dt>
        <dd>
          {waiting === undefined || waiting === 0 || deadLettersHref === undefined ? (
            number(waiting)
          ) : (
            <a class="bad-number" href={deadLettersHref}>
              {number(waiting)}
            </a>
          )}
        </dd>
      </div>
      <div>
        <dt>{destination.filtered}</dt>
        <dd>{number(counts?.filtered)}</dd>
      </div>
      <div>
        <dt>{destination.lastDelivery}</dt>
        <dd>{status.last_delivery_at === null ? strings.never : <Ago time={status.last_delivery_at} now={now} />}</dd>
      </div>
    </dl>
  );
}
