import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Connector, Settings, SetupKit } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { CodeBlock } from "../../parts/code-block.tsx";
import { Prose } from "../../parts/prose.tsx";
import { filled } from "../../strings/strings.ts";
import { nameOf } from "./connect.tsx";

const TYPING_MS = 500;

/** What to prepare in the SIEM: the connector's guide and its files, with what was entered in them. */
export function Guide({
  connector,
  config,
}: {
  readonly connector: Connector;
  readonly config: Settings;
}): JSX.Element {
  const { strings, api } = useConsole();
  const { wizard } = strings;
  const [kit, setKit] = useState<SetupKit>();
  const open = withoutSecrets(connector, config);
  const wanted = JSON.stringify(open);

  useEffect(() => {
    let isCurrent = true;
    const load = async () => {
      const next = await api.setupKit(connector.type, open).catch(() => undefined);
      if (isCurrent && next !== undefined) setKit(next);
    };
    const timer = setTimeout(() => void load(), kit === undefined ? 0 : TYPING_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [wanted]);

  const hasGuide = kit !== undefined && ((kit.guide ?? "") !== "" || kit.files.length > 0);
  return (
    <aside class="card stack" aria-labelledby="guide-title">
      <h2 id="guide-title">{filled(wizard.guide, { siem: nameOf(connector) })}</h2>
      <p class="muted">{hasGuide || kit === undefined ? wizard.guideLead : wizard.noGuide}</p>
      {kit?.guide !== undefined && kit.guide !== null && kit.guide !== "" && <Prose text={kit.guide} />}
      {kit !== undefined && kit.files.length > 0 && (
        <section class="stack">
          <h3>{wizard.files}</h3>
          {kit.files.map(({ name, content, filled: names = [] }) => (
            <details key={name}>
              <summary>
                <code>{name}</code>
                {names.length > 0 && (
                  <span class="small muted"> {filled(wizard.filled, { names: names.join(", ") })}</span>
                )}
              </summary>
              <div class="section-body">
                <CodeBlock title={name} text={content} keepsLines />
              </div>
            </details>
          ))}
        </section>
      )}
    </aside>
  );
}

/** The guide needs no secret, so none is sent for it. */
function withoutSecrets({ config_schema }: Connector, config: Settings): Settings {
  const properties = config_schema?.["properties"];
  const isSecret = (key: string) => JSON.stringify(Object(properties)[key] ?? {}).includes('"writeOnly":true');
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isSecret(key)));
}
