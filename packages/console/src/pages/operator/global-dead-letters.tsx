import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Replay } from "../../api/types.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import type { Chosen } from "../dead-letters/chosen.ts";
import { DeadLetterGroupTable } from "../dead-letters/dead-letter-group-table.tsx";
import { DeadLetterList } from "../dead-letters/dead-letter-list.tsx";
import { PurgeDialog } from "../dead-letters/purge-dialog.tsx";
import { ReplayDialog } from "../dead-letters/replay-dialog.tsx";
import { Replays } from "../dead-letters/replays.tsx";

interface GlobalDeadLettersProps {
  readonly id: string;
  readonly waiting: number;
  readonly onChanged: () => void;
}

/** Dead letters of a global destination by reason, to be read and replayed. */
export function GlobalDeadLetters({ id, waiting, onChanged }: GlobalDeadLettersProps): JSX.Element {
  const { api, strings, formats, announce } = useConsole();
  const { letters } = strings;
  const from = api.global;
  // The server reads files for the reasons: asked only when the number has changed.
  const { value, problem } = useLoaded(
    async () => (waiting === 0 ? undefined : from.deadLetterGroups(id)),
    `groups ${id} ${waiting}`,
  );
  const [shown, setShown] = useState<Chosen>();
  const [replaying, setReplaying] = useState<Chosen>();
  const [purging, setPurging] = useState<Chosen>();
  const [started, setStarted] = useState<Replay>();
  const total = value?.total ?? 0;
  return (
    <section class="stack" aria-labelledby="dead-letters-title">
      <div class="row">
        <h2 id="dead-letters-title">{letters.title}</h2>
        <span class="push" />
        {total > 0 && (
          <Button kind="danger" onClick={() => setPurging({ selection: {}, count: total, title: letters.all })}>
            {letters.purge}
          </Button>
        )}
        {total > 0 && (
          <Button onClick={() => setReplaying({ selection: {}, count: total, title: letters.all })}>
            {letters.replay}
          </Button>
        )}
      </div>
      <Replays
        id={id}
        from={from}
        turn={started?.id ?? ""}
        load={async () => (await from.replays(id))[0]}
        onEnded={() => {
          setShown(undefined);
          onChanged();
        }}
      />
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {waiting === 0 && <p class="card muted">{letters.emptyHelp}</p>}
      {value !== undefined && total > 0 && (
        <DeadLetterGroupTable groups={value.groups} others={value.others} onShow={setShown} onReplay={setReplaying} />
      )}
      {shown !== undefined && (
        <DeadLetterList key={JSON.stringify(shown.selection)} id={id} from={from} chosen={shown} />
      )}
      {purging !== undefined && (
        <PurgeDialog
          id={id}
          from={from}
          name={id}
          chosen={purging}
          onClose={() => setPurging(undefined)}
          onPurged={(count) => {
            setPurging(undefined);
            setShown(undefined);
            announce(formats.plural(letters.purged, count));
            onChanged();
          }}
        />
      )}
      {replaying !== undefined && (
        <ReplayDialog
          id={id}
          from={from}
          chosen={replaying}
          onClose={() => setReplaying(undefined)}
          onStarted={(replay) => {
            setReplaying(undefined);
            setStarted(replay);
          }}
        />
      )}
    </section>
  );
}
