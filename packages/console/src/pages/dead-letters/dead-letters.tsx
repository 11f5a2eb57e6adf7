import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useWaiting } from "../../state/use-waiting.ts";
import { Button } from "../../parts/button.tsx";
import { Empty, Loading, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import type { Chosen } from "./chosen.ts";
import { DeadLetterGroupTable } from "./dead-letter-group-table.tsx";
import { DeadLetterList } from "./dead-letter-list.tsx";
import { PurgeDialog } from "./purge-dialog.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import { Replays } from "./replays.tsx";

const REFRESH_MS = 5000;

/** Dead letters of a destination, by reason; each group can be read, replayed and purged. */
export function DeadLetters({ id }: { readonly id: string }): JSX.Element {
  const { api, strings, formats, announce } = useConsole();
  const { letters } = strings;
  const config = useLoaded(() => api.config(id), `config ${id}`);
  const groups = useWaiting(id, REFRESH_MS);
  const [shown, setShown] = useState<Chosen>();
  const [replaying, setReplaying] = useState<Chosen>();
  const [purging, setPurging] = useState<Chosen>();
  const [started, setStarted] = useState(0);
  const name = config.value?.name ?? config.value?.connector_type ?? "";
  const total = groups.value?.total ?? 0;
  const all: Chosen = { selection: {}, count: total, title: letters.all };
  const changed = () => {
    setShown(undefined);
    groups.reload();
  };
  return (
    <>
      <PageHead
        title={letters.title}
        name={`${letters.title}: ${name}`}
        lead={letters.lead}
        crumb={{ text: name === "" ? strings.destination.crumb : name, route: { page: "destination", id } }}
      >
        {total > 0 && (
          <>
            <Button kind="danger" onClick={() => setPurging(all)}>
              {letters.purge}
            </Button>
            <Button kind="primary" onClick={() => setReplaying(all)}>
              {letters.replay}
            </Button>
          </>
        )}
      </PageHead>
      <div class="stack loose">
        <Replays
          id={id}
          from={api}
          turn={`${started}`}
          load={async () => (await api.replays(id))[0]}
          onEnded={changed}
        />
        {groups.problem !== undefined && <ProblemNotice problem={groups.problem} />}
        {groups.value === undefined && groups.problem === undefined && <Loading />}
        {groups.value !== undefined && total === 0 && (
          <div class="card">
            <Empty title={letters.empty}>
              <p>{letters.emptyHelp}</p>
            </Empty>
          </div>
        )}
        {groups.value !== undefined && total > 0 && (
          <DeadLetterGroupTable
            groups={groups.value.groups}
            others={groups.value.others}
            onShow={setShown}
            onReplay={setReplaying}
            onPurge={setPurging}
          />
        )}
        {shown !== undefined && (
          <DeadLetterList key={JSON.stringify(shown.selection)} id={id} from={api} chosen={shown} />
        )}
      </div>
      {replaying !== undefined && (
        <ReplayDialog
          id={id}
          from={api}
          chosen={replaying}
          onClose={() => setReplaying(undefined)}
          onStarted={() => {
            setReplaying(undefined);
            setStarted((count) => count + 1);
          }}
        />
      )}
      {purging !== undefined && (
        <PurgeDialog
          id={id}
          from={api}
          name={config.value?.name ?? id}
          chosen={purging}
          onClose={() => setPurging(undefined)}
          onPurged={(count) => {
            setPurging(undefined);
            announce(formats.plural(letters.purged, count));
            changed();
          }}
        />
      )}
    </>
  );
}
