import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { NewSetupLink } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { useAction } from "../state/use-action.ts";
import { useLoaded } from "../state/use-loaded.ts";
import { Button } from "../parts/button.tsx";
import { CodeBlock } from "../parts/code-block.tsx";
import { LinkTable } from "../parts/link-table.tsx";
import { Empty, Loading, Notice, ProblemNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/page-head.tsx";

/** Set-up links of the organisation: made here, shown once, revoked here. */
export function Links(): JSX.Element {
  const { api, strings } = useConsole();
  const { links } = strings;
  const { value, problem, reload } = useLoaded(() => api.setupLinks(), "links");
  const [created, setCreated] = useState<NewSetupLink>();
  return (
    <>
      <PageHead title={links.title} name={links.title} lead={links.lead} />
      <div class="stack loose">
        <Create
          onCreated={(link) => {
            setCreated(link);
            reload();
          }}
        />
        {created !== undefined && (
          <Notice tone="good" icon="link" title={links.created} isAlert>
            <CodeBlock title={links.address} text={created.url} />
            <p>{links.createdHelp}</p>
          </Notice>
        )}
        {problem !== undefined && <ProblemNotice problem={problem} />}
        {value === undefined && problem === undefined && <Loading />}
        {value?.length === 0 && (
          <div class="card">
            <Empty title={links.empty} />
          </div>
        )}
        {value !== undefined && value.length > 0 && (
          <section class="card flush" aria-label={links.title}>
            <LinkTable links={value} onChanged={reload} canRevoke />
          </section>
        )}
      </div>
    </>
  );
}

function Create({ onCreated }: { readonly onCreated: (link: NewSetupLink) => void }): JSX.Element {
  const { api, strings, formats } = useConsole();
  const { links } = strings;
  const [name, setName] = useState("");
  const [expiresIn, setExpiresIn] = useState("72h");
  const create = useAction(async () => {
    onCreated(await api.createSetupLink({ expires_in: expiresIn, ...(name.trim() !== "" && { name: name.trim() }) }));
    setName("");
  });
  const choices = [
    ["1h", formats.plural(links.hours, 1)],
    ["24h", formats.plural(links.hours, 24)],
    ["72h", formats.plural(links.days, 3)],
    ["7d", formats.plural(links.days, 7)],
  ] as const;
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        create.run();
      }}
    >
      <div class="inline-form">
        <div class="field">
          <label for="link-name">
            {links.for} <span class="optional">({strings.optional})</span>
          </label>
          <input
            id="link-name"
            value={name}
            maxLength={100}
            aria-describedby="link-name-help"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="link-expires">{links.expiresIn}</label>
          <select id="link-expires" value={expiresIn} onChange={(event) => setExpiresIn(event.currentTarget.value)}>
            {choices.map(([value, text]) => (
              <option value={value}>{text}</option>
            ))}
          </select>
        </div>
        <Button type="submit" kind="primary" icon="link" isBusy={create.isRunning}>
          {links.create}
        </Button>
      </div>
      <p id="link-name-help" class="small muted">
        {links.forHelp}
      </p>
      {create.problem !== undefined && <ProblemNotice problem={create.problem} />}
    </form>
  );
}
