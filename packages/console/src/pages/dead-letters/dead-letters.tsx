import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeadLetterGroup } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useWaiting } from "../../state/use-waiting.ts";
import { useNow } from "../../state/use-now.ts";
import { Button } from "../../parts/button.tsx";
import { Empty, Loading, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { ServerText } from "../../parts/text.tsx";
import { Ago } from "../../parts/time.tsx";
import type { Chosen } from "./chosen.ts";
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
        <Replays id={id} turn={started} onEnded={changed} />
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
          <Groups
            groups={groups.value.groups}
            others={groups.value.others}
            onShow={setShown}
            onReplay={setReplaying}
            onPurge={setPurging}
          />
        )}
        {shown !== undefined && <DeadLetterList key={JSON.stringify(shown.selection)} id={id} chosen={shown} />}
      </div>
      {replaying !== undefined && (
        <ReplayDialog
          id={id}
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

interface GroupsProps {
  readonly groups: readonly DeadLetterGroup[];
  readonly others: number;
  readonly onShow: (chosen: Chosen) => void;
  readonly onReplay: (chosen: Chosen) => void;
  readonly onPurge: (chosen: Chosen) => void;
}

function Groups({ groups, others, onShow, onReplay, onPurge }: GroupsProps): JSX.Element {
  const { strings, formats } = useConsole();
  const { letters } = strings;
  const now = useNow();
  return (
    <section class="card flush" aria-label={letters.reason}>
      <div class="table-wrap">
        <table>
          <thead>
            <tr>
              <th scope="col">{letters.reason}</th>
              <th scope="col">{letters.stage}</th>
              <th scope="col" class="num">
                {letters.count}
              </th>
              <th scope="col">{letters.newest}</th>
              <th scope="col">
                <span class="visually-hidden">{strings.operator.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => {
              const chosen = chosenOf(group);
              return (
                <tr key={`${group.stage} ${group.reason}`}>
                  <th scope="row">
                    <ServerText text={group.reason} />
                  </th>
                  <td data-label={letters.stage}>{letters.stages[group.stage] ?? group.stage}</td>
                  <td class="num" data-label={letters.count}>
                    {formats.number(group.count)}
                  </td>
                  <td data-label={letters.newest}>
                    <Ago time={group.newest_at} now={now} />
                  </td>
                  <td>
                    <div class="row tight nowrap-wide">
                      <Button isSlim onClick={() => onShow(chosen)} label={`${letters.read}: ${group.reason}`}>
                        {letters.read}
                      </Button>
                      <Button isSlim onClick={() => onReplay(chosen)} label={`${letters.replay}: ${group.reason}`}>
                        {letters.replay}
                      </Button>
                      <Button
                        isSlim
                        kind="quiet"
                        onClick={() => onPurge(chosen)}
                        label={`${letters.purge}: ${group.reason}`}
                      >
                        {letters.purge}
                      </Button>
                    </div>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {others > 0 && <p class="card-text muted">{formats.plural(letters.others, others)}</p>}
    </section>
  );
}

/** Where a group's reason cannot be searched for, its stage selects more than the group: the counts of the dry run say so. */
function chosenOf({ stage, reason, reason_part: part, count }: DeadLetterGroup): Chosen {
  const text = part === undefined ? reason : part;
  return { selection: { stage, ...(text !== null && { reason: text }) }, count, title: reason };
}
