import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import { filled } from "../strings/strings.ts";
import { ExchangeView } from "./exchange-view.tsx";
import { Icon } from "./icons.tsx";
import { Notice, ProblemNotice } from "./notice.tsx";
import { ServerText } from "./text.tsx";
import type { Test } from "./use-test.ts";

const LOOKS = {
  passed: { tone: "good", icon: "check" },
  failed: { tone: "bad", icon: "cross" },
  skipped: { tone: "idle", icon: "dash" },
} as const;

/** The steps of a test as they become known, and its result. */
export function TestTrail({ test }: { readonly test: Test }): JSX.Element {
  const { strings } = useConsole();
  const { steps, passed, isRunning, problem } = test;
  const failed = steps.find(({ status }) => status === "failed");
  return (
    <>
      <ol class="trail" aria-label={strings.wizard.testTitle}>
        {steps.map(({ name, status, detail, fix, exchange }) => {
          const { tone, icon } = LOOKS[status];
          return (
            <li class={tone} key={name}>
              <span class="mark">
                <Icon name={icon} size={14} />
              </span>
              <div class="stack tight">
                <h3 class="step-name">
                  <ServerText text={name} /> <span class="visually-hidden">{strings.stepStatus[status]}</span>
                </h3>
                <p class="muted">
                  <ServerText text={detail} />
                </p>
                {fix !== undefined && (
                  <p>
                    <span class="strong">{strings.fix}:</span> <ServerText text={fix} />
                  </p>
                )}
                {exchange !== undefined && exchange !== null && (
                  <details>
                    <summary>{strings.exchange.both}</summary>
                    <div class="section-body">
                      <ExchangeView exchange={exchange} />
                    </div>
                  </details>
                )}
              </div>
            </li>
          );
        })}
        {isRunning && (
          <li class="idle">
            <span class="mark">
              <span class="spinner" aria-hidden="true" />
            </span>
            <p class="muted">{strings.wizard.testing}</p>
          </li>
        )}
      </ol>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {passed === true && <Notice tone="good" title={strings.wizard.passed} />}
      {passed === false && <Notice tone="bad" title={filled(strings.wizard.failed, { step: failed?.name ?? "" })} />}
    </>
  );
}
