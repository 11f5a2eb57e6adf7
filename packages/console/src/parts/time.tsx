import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";

/** A time as "5 minutes ago", with the exact one when pointed at and for programs. */
export function Ago({ time, now }: { readonly time: string; readonly now: number }): JSX.Element {
  const { formats } = useConsole();
  return (
    <time dateTime={time} title={formats.moment(time)}>
      {formats.relative(time, now)}
    </time>
  );
}

export function Moment({ time }: { readonly time: string }): JSX.Element {
  const { formats } = useConsole();
  return <time dateTime={time}>{formats.moment(time)}</time>;
}
