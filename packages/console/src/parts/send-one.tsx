import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isRecord, recordOf } from "../api/problem.ts";
import type { ApiProblem } from "../api/problem.ts";
import type { TestEvent } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { useAction } from "../state/use-action.ts";
import { asProblem } from "../state/use-loaded.ts";
import { filled } from "../strings/strings.ts";
import { Button } from "./button.tsx";
import { CodeBlock } from "./code-block.tsx";
import { ExchangeView } from "./exchange-view.tsx";
import { Notice, ProblemNotice } from "./notice.tsx";
import { ServerText } from "./text.tsx";

interface SendOneProps {
  readonly siem: string;
  readonly sendOne: () => Promise<TestEvent>;
  /** Told of what is wrong with settings that are not saved. */
  readonly onRefused?: (problem: ApiProblem) => void;
}

/** Sends one marked event and shows exactly what left and what came back. */
export function SendOne({ siem, sendOne, onRefused }: SendOneProps): JSX.Element {
  const { strings, formats, announce } = useConsole();
  const { wizard } = strings;
  const [result, setResult] = useState<TestEvent>();
  const send = useAction(async () => {
    setResult(undefined);
    try {
      const sent = await sendOne();
      setResult(sent);
      announce(filled(sent.delivered ? wizard.sent : wizard.notSent, { siem }));
    } catch (error) {
      const problem = asProblem(error);
      if (onRefused === undefined || problem.problems.length === 0) throw error;
      onRefused(problem);
    }
  });
  return (
    <section class="card stack" aria-labelledby="send-title">
      <h2 id="send-title">{wizard.sendTitle}</h2>
      <p class="muted">{wizard.sendLead}</p>
      <div class="row">
        <Button onClick={send.run} isBusy={send.isRunning}>
          {send.isRunning ? wizard.sending : wizard.send}
        </Button>
      </div>
      {send.problem !== undefined && <ProblemNotice problem={send.problem} />}
      {result !== undefined && (
        <>
          <Notice
            tone={result.delivered ? "good" : "bad"}
            title={filled(result.delivered ? wizard.sent : wizard.notSent, { siem })}
          >
            <p>{filled(wizard.sentIn, { time: formats.duration(result.took_ms / 1000) })}</p>
            {textOf(result.verdict.reason) !== undefined && (
              <p>
                <ServerText text={textOf(result.verdict.reason) ?? ""} />
              </p>
            )}
            {textOf(result.verdict.fix) !== undefined && (
              <p>
                <span class="strong">{strings.fix}:</span> <ServerText text={textOf(result.verdict.fix) ?? ""} />
              </p>
            )}
          </Notice>
          {result.delivered && eventIdOf(result.event) !== undefined && (
            <CodeBlock title={wizard.lookFor} text={eventIdOf(result.event) ?? ""} />
          )}
          {result.exchanges.map((exchange) => (
            <ExchangeView exchange={exchange} />
          ))}
        </>
      )}
    </section>
  );
}

function textOf(value: string | null | undefined): string | undefined {
  return value === null || value === "" ? undefined : value;
}

function eventIdOf(event: unknown): string | undefined {
  const { metadata } = recordOf(event);
  return isRecord(metadata) && typeof metadata["uid"] === "string" ? metadata["uid"] : undefined;
}
