import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { FieldProblem } from "../../api/problem.ts";
import type { Config } from "../../api/types.ts";
import type { OutgoingDraft } from "../../outgoing/draft.ts";
import { deliveryOf, draftOf, filterOf } from "../../outgoing/draft.ts";
import { OutgoingEditor } from "../../outgoing/outgoing-editor.tsx";
import { Button } from "../../parts/button.tsx";
import { Loading, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Outside } from "../../parts/text.tsx";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { asProblem, useLoaded } from "../../state/use-loaded.ts";
import { filled } from "../../strings/strings.ts";

/** Which events a destination gets, and what is taken out of them. */
export function DestinationEvents({ id }: { readonly id: string }): JSX.Element {
  const { api, strings } = useConsole();
  const { value, problem } = useLoaded(() => api.config(id), `config ${id}`);
  if (value !== undefined) return <Editor key={value.version} config={value} />;
  const { title } = strings.outgoing;
  return (
    <>
      <PageHead title={title} name={title} crumb={{ text: strings.destination.crumb, route: { page: "overview" } }} />
      {problem === undefined ? <Loading lines={6} /> : <ProblemNotice problem={problem} />}
    </>
  );
}

function Editor({ config }: { readonly config: Config }): JSX.Element {
  const { api, strings, announce, go, href } = useConsole();
  const { outgoing, destination } = strings;
  const [draft, setDraft] = useState<OutgoingDraft>(() => draftOf(config.filter, config.delivery));
  const [refused, setRefused] = useState<readonly FieldProblem[]>([]);
  const route = { page: "destination", id: config.id } as const;
  const save = useAction(async () => {
    try {
      await api.change(config.id, config.version, {
        filter: filterOf(draft),
        delivery: deliveryOf(draft, config.delivery),
      });
      announce(outgoing.saved);
      go(route);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.problems.length === 0) throw error;
      setRefused(problem.problems);
    }
  });
  const name = config.name ?? config.connector_type;
  const title = filled(outgoing.titleOf, { name });
  return (
    <>
      <PageHead title={<Outside text={title} />} name={title} lead={outgoing.lead} crumb={{ text: name, route }} />
      <OutgoingEditor
        draft={draft}
        refused={refused}
        onChange={(next) => {
          setRefused([]);
          setDraft(next);
        }}
        onSubmit={save.run}
      >
        {save.problem !== undefined && (
          <ProblemNotice problem={save.problem} {...(save.problem.status === 412 && { title: destination.conflict })} />
        )}
        <div class="row">
          <span class="push" />
          <a class="button" href={href(route)}>
            {strings.cancel}
          </a>
          <Button type="submit" kind="primary" isBusy={save.isRunning}>
            {destination.save}
          </Button>
        </div>
      </OutgoingEditor>
    </>
  );
}
