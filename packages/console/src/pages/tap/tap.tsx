import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Empty, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useConsole } from "../../state/console-context.ts";
import { visibleText } from "../../state/visible.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { filled } from "../../strings/strings.ts";
import { EventRow } from "./event-row.tsx";
import { EventView } from "./event-view.tsx";
import { useTap } from "./use-tap.ts";

/** Events of the organisation as they pass, and what filter and redaction do to each. */
export function Tap(): JSX.Element {
  const { api, strings, formats } = useConsole();
  const texts = strings.tap;
  const [isOn, setOn] = useState(true);
  const [destination, setDestination] = useState("");
  const [typed, setTyped] = useState("");
  const [filter, setFilter] = useState("");
  const [picked, setPicked] = useState<number>();
  const destinations = useLoaded(() => api.overview(), "overview");
  const { tapped, state, problem, clear } = useTap(isOn, {
    destination: destination || undefined,
    filter: filter || undefined,
  });
  const shown = tapped.events.find(({ key }) => key === picked);
  return (
    <>
      <PageHead title={texts.title} name={texts.title} lead={texts.lead}>
        <Button icon={isOn ? "stop" : "play"} kind={isOn ? undefined : "primary"} onClick={() => setOn(!isOn)}>
          {isOn ? texts.stop : texts.start}
        </Button>
        <Button kind="quiet" onClick={clear}>
          {texts.clear}
        </Button>
      </PageHead>
      <div class="stack loose">
        <form
          class="card inline-form"
          onSubmit={(event) => {
            event.preventDefault();
            setFilter(typed.trim());
          }}
        >
          <div class="field">
            <label for="tap-destination">{texts.destination}</label>
            <select
              id="tap-destination"
              value={destination}
              onChange={(event) => setDestination(event.currentTarget.value)}
            >
              <option value="">{texts.anyDestination}</option>
              {destinations.value?.map(({ id, name, connector_type }) => (
                <option value={id}>{visibleText(name ?? connector_type)}</option>
              ))}
            </select>
          </div>
          <div class="field wide">
            <label for="tap-filter">{texts.filter}</label>
            <input
              id="tap-filter"
              class="mono"
              value={typed}
              placeholder={texts.filterHelp}
              spellcheck={false}
              autocomplete="off"
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
          <Button type="submit">{texts.apply}</Button>
        </form>
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <div class="columns sided">
          <section class="card flush" aria-labelledby="tap-title">
            <div class="card-head">
              <h2 id="tap-title" class="row">
                <span class={`pulse ${state === "open" ? "" : "off"}`} aria-hidden="true" />
                {texts.states[state]}
              </h2>
              <span class="small muted numeric">
                {filled(texts.shown, {
                  shown: formats.number(tapped.events.length),
                  seen: formats.number(Math.max(tapped.seen, tapped.events.length)),
                  skipped: formats.number(tapped.skipped),
                })}
              </span>
            </div>
            {tapped.events.length === 0 ? (
              <Empty title={isOn ? texts.waiting : texts.stopped}>
                <p>{isOn ? texts.waitingHelp : texts.stoppedHelp}</p>
              </Empty>
            ) : (
              <ul class="tap-list">
                {tapped.events.map((each) => (
                  <EventRow key={each.key} tapped={each} isPicked={each.key === picked} onPick={setPicked} />
                ))}
              </ul>
            )}
          </section>
          <section class="card stack" aria-label={texts.left}>
            {shown === undefined ? <p class="muted">{texts.pick}</p> : <EventView tapped={shown} />}
          </section>
        </div>
      </div>
    </>
  );
}
