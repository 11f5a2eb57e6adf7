import type { JSX } from "preact";
import type { DeadLetterGroup } from "../../api/types.ts";
import { Button } from "../../parts/button.tsx";
import { ServerText } from "../../parts/text.tsx";
import { Ago } from "../../parts/time.tsx";
import { useConsole } from "../../state/console-context.ts";
import { useNow } from "../../state/use-now.ts";
import type { Chosen } from "./chosen.ts";

interface DeadLetterGroupTableProps {
  readonly groups: readonly DeadLetterGroup[];
  readonly others: number;
  readonly onShow: (chosen: Chosen) => void;
  readonly onReplay: (chosen: Chosen) => void;
  readonly onPurge?: (chosen: Chosen) => void;
}

/** Dead letters by stage and reason, with what can be done about each. */
export function DeadLetterGroupTable(props: DeadLetterGroupTableProps): JSX.Element {
  const { groups, others, onShow, onReplay, onPurge } = props;
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
                      {onPurge !== undefined && (
                        <Button
                          isSlim
                          kind="quiet"
                          onClick={() => onPurge(chosen)}
                          label={`${letters.purge}: ${group.reason}`}
                        >
                          {letters.purge}
                        </Button>
                      )}
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
