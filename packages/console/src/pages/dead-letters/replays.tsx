import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Destinations } from "../../api/api.ts";
import type { Replay } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { Button } from "../../parts/button.tsx";
import { ServerText } from "../../parts/text.tsx";
import { Moment } from "../../parts/time.tsx";
import { filled } from "../../strings/strings.ts";

interface ReplaysProps {
  readonly id: string;
  readonly from: Destinations;
  /** Another with each replay that is started here. */
  readonly turn: string;
  readonly load: () => Promise<Replay | undefined>;
  readonly onEnded: () => void;
}

/** The replay under way, or the last one, with its progress. */
export function Replays({ id, from, turn, load, onEnded }: ReplaysProps): JSX.Element | null {
  const { strings, announce } = useConsole();
  const { value: latest, reload } = useLoaded(load, `replays ${id} ${turn}`, 1500);
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    const state = latest === undefined ? undefined : `${latest.id} ${latest.state}`;
    const wasRunning = last.current !== undefined && last.current !== state;
    last.current = state;
    if (latest === undefined || !wasRunning || isUnderWay(latest)) return;
    announce(strings.letters.states[latest.state]);
    onEnded();
  }, [latest?.id, latest?.state]);
  if (latest === undefined) return null;
  return <Progress id={id} from={from} replay={latest} onCancelled={reload} />;
}

function Progress({
  id,
  from,
  replay,
  onCancelled,
}: {
  readonly id: string;
  readonly from: Destinations;
  readonly replay: Replay;
  readonly onCancelled: () => void;
}) {
  const { strings, formats } = useConsole();
  const { letters } = strings;
  const cancel = useAction(async () => {
    await from.cancelReplay(id, replay.id);
    onCancelled();
  });
  const share = replay.found === 0 ? 1 : Math.min(1, replay.offered / replay.found);
  const progress = filled(letters.progress, {
    offered: formats.number(replay.offered),
    found: formats.number(replay.found),
  });
  return (
    <section class="card stack" aria-labelledby="replay-title">
      <div class="row">
        <h2 id="replay-title">
          {letters.running}: {letters.states[replay.state]}
        </h2>
        <span class="push small muted">
          <Moment time={replay.started_at} />
        </span>
        {isUnderWay(replay) && (
          <Button isSlim onClick={cancel.run} isBusy={cancel.isRunning}>
            {letters.cancelReplay}
          </Button>
        )}
      </div>
      <div
        class="meter"
        role="progressbar"
        aria-label={letters.running}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={progress}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <p>
        {progress}.{" "}
        {filled(letters.result, {
          settled: formats.number(replay.settled),
          dead: formats.number(replay.dead_lettered),
        })}
        .
      </p>
      {replay.reason !== null && (
        <p>
          <ServerText text={replay.fix === null ? replay.reason : `${replay.reason} ${replay.fix}`} />
        </p>
      )}
    </section>
  );
}

function isUnderWay({ state }: Replay): boolean {
  return state === "waiting" || state === "running" || state === "stuck";
}
