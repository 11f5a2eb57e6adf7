import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Destinations } from "../../api/api.ts";
import type { Attempt } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useNow } from "../../state/use-now.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ExchangeView } from "../../parts/exchange-view.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";
import type { Tone } from "../../parts/pill.tsx";
import { Pill } from "../../parts/pill.tsx";
import { ServerText } from "../../parts/text.tsx";
import { Ago, Moment } from "../../parts/time.tsx";
import { filled } from "../../strings/strings.ts";

const TONES: Readonly<Record<string, Tone>> = {
  accepted: "good",
  delivered: "good",
  partial: "warn",
  retry: "warn",
  "too-large": "warn",
  rejected: "bad",
  suspend: "bad",
};

interface AttemptsProps {
  readonly id: string;
  readonly from: Destinations;
}

/** The last requests to the SIEM, each with its verdict; those that were kept can be read. */
export function Attempts({ id, from }: AttemptsProps): JSX.Element {
  const { strings } = useConsole();
  const { destination } = strings;
  const { value, problem } = useLoaded(() => from.attempts(id), `attempts ${id}`, 4000);
  const [shown, setShown] = useState<Attempt>();
  return (
    <section class="card flush" aria-labelledby="attempts-title">
      <div class="card-head">
        <h2 id="attempts-title">{destination.attempts}</h2>
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {value?.length === 0 && <p class="card-text muted">{destination.attemptsEmpty}</p>}
      {value !== undefined && value.length > 0 && (
        <div class="table-wrap">
          <table aria-labelledby="attempts-title">
            <thead>
              <tr>
                <th scope="col">{destination.at}</th>
                <th scope="col">{destination.verdict}</th>
                <th scope="col" class="num">
                  {destination.events}
                </th>
                <th scope="col" class="num">
                  {destination.took}
                </th>
                <th scope="col">
                  <span class="visually-hidden">{destination.details}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {value.map((attempt) => (
                <Row key={`${attempt.at} ${attempt.attempt}`} attempt={attempt} onShow={() => setShown(attempt)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown !== undefined && <Details attempt={shown} onClose={() => setShown(undefined)} />}
    </section>
  );
}

function Row({ attempt, onShow }: { readonly attempt: Attempt; readonly onShow: () => void }): JSX.Element {
  const { strings, formats } = useConsole();
  const { destination } = strings;
  const now = useNow();
  return (
    <tr>
      <td data-label={destination.at}>
        <Ago time={attempt.at} now={now} />
      </td>
      <td>
        <div class="stack tight">
          <span class="row tight">
            <VerdictPill verdict={attempt.verdict} />
            {attempt.attempt > 1 && (
              <span class="small muted">{filled(destination.attemptN, { n: attempt.attempt })}</span>
            )}
          </span>
          {attempt.reason !== null && (
            <span class="small">
              <ServerText text={attempt.reason} />
            </span>
          )}
        </div>
      </td>
      <td class="num" data-label={destination.events}>
        {formats.number(attempt.events)}
      </td>
      <td class="num" data-label={destination.took}>
        {formats.duration(attempt.took_ms / 1000)}
      </td>
      <td>
        {attempt.exchange !== null && (
          <Button isSlim kind="quiet" onClick={onShow} label={`${destination.details}: ${formats.moment(attempt.at)}`}>
            {destination.details}
          </Button>
        )}
      </td>
    </tr>
  );
}

function VerdictPill({ verdict }: { readonly verdict: string }): JSX.Element {
  const { strings } = useConsole();
  const tone = TONES[verdict] ?? "idle";
  const icon = tone === "good" ? "check" : tone === "bad" ? "cross" : "clock";
  return <Pill tone={tone} icon={icon} text={strings.verdicts[verdict] ?? verdict} />;
}

function Details({ attempt, onClose }: { readonly attempt: Attempt; readonly onClose: () => void }): JSX.Element {
  const { strings, formats } = useConsole();
  return (
    <Dialog title={strings.destination.attempts} onClose={onClose} isWide>
      <p class="row">
        <VerdictPill verdict={attempt.verdict} />
        <Moment time={attempt.at} />
        <span class="muted">{formats.bytes(attempt.bytes)}</span>
      </p>
      {attempt.reason !== null && (
        <p>
          <ServerText text={attempt.reason} />
        </p>
      )}
      {attempt.exchange !== null && <ExchangeView exchange={attempt.exchange} />}
      <div class="actions">
        <Button onClick={onClose}>{strings.close}</Button>
      </div>
    </Dialog>
  );
}
