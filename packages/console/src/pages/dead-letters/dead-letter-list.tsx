import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Destinations } from "../../api/api.ts";
import type { DeadLetter } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { CodeBlock } from "../../parts/code-block.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Notice, ProblemNotice } from "../../parts/notice.tsx";
import { Outside, ServerText } from "../../parts/text.tsx";
import { Moment } from "../../parts/time.tsx";
import type { Chosen } from "./chosen.ts";

interface DeadLetterListProps {
  readonly id: string;
  readonly from: Destinations;
  readonly chosen: Chosen;
}

/** The dead letters of a group, newest first, page by page. */
export function DeadLetterList({ id, from, chosen }: DeadLetterListProps): JSX.Element {
  const { strings, formats } = useConsole();
  const texts = strings.letters;
  const [found, setFound] = useState<readonly DeadLetter[]>([]);
  const [cursor, setCursor] = useState<string | null>();
  const [open, setOpen] = useState<DeadLetter>();
  const heading = useRef<HTMLHeadingElement>(null);
  const more = useAction(async () => {
    const page = await from.deadLetters(id, chosen.selection, cursor ?? undefined);
    setFound((old) => [...old, ...page.letters]);
    setCursor(page.next_cursor);
  });
  useEffect(() => {
    heading.current?.focus();
    more.run();
  }, []);
  return (
    <section class="card flush" aria-labelledby="list-title">
      <div class="card-head">
        <h2 id="list-title" ref={heading} tabIndex={-1}>
          <ServerText text={chosen.title} />
        </h2>
      </div>
      {more.problem !== undefined && <ProblemNotice problem={more.problem} />}
      <div class="table-wrap">
        <table aria-labelledby="list-title">
          <thead>
            <tr>
              <th scope="col">{texts.when}</th>
              <th scope="col">{texts.reason}</th>
              <th scope="col">{texts.eventId}</th>
              <th scope="col">
                <span class="visually-hidden">{strings.operator.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((letter) => (
              <tr key={letter.id}>
                <td data-label={texts.when}>
                  <Moment time={letter.dead_lettered_at} />
                </td>
                <td>
                  <ServerText text={letter.reason} />
                  <span class="small muted"> {formats.plural(texts.attempts, letter.attempts)}</span>
                </td>
                <td data-label={texts.eventId} class="mono">
                  <Outside text={letter.event_id} />
                </td>
                <td>
                  <Button isSlim onClick={() => setOpen(letter)} label={`${texts.read}: ${letter.event_id}`}>
                    {texts.read}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {typeof cursor === "string" && (
        <p class="card-text">
          <Button onClick={more.run} isBusy={more.isRunning}>
            {texts.more}
          </Button>
        </p>
      )}
      {open !== undefined && <OneDeadLetter letter={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

interface OneDeadLetterProps {
  readonly letter: DeadLetter;
  readonly onClose: () => void;
}

function OneDeadLetter({ letter, onClose }: OneDeadLetterProps): JSX.Element {
  const { strings, formats } = useConsole();
  const texts = strings.letters;
  return (
    <Dialog title={texts.event} onClose={onClose} isWide>
      <dl class="pairs">
        <dt>{texts.reason}</dt>
        <dd>
          <ServerText text={letter.reason} />
        </dd>
        <dt>{texts.stage}</dt>
        <dd>
          {texts.stages[letter.stage] ?? letter.stage}, {formats.plural(texts.attempts, letter.attempts)}
        </dd>
        <dt>{texts.when}</dt>
        <dd>
          <Moment time={letter.dead_lettered_at} />
        </dd>
      </dl>
      {letter.ambiguous && <Notice tone="warn" title={texts.ambiguous} />}
      <CodeBlock title={texts.eventId} text={JSON.stringify(letter.event, null, 2)} keepsLines />
      <div class="actions">
        <Button onClick={onClose}>{strings.close}</Button>
      </div>
    </Dialog>
  );
}
