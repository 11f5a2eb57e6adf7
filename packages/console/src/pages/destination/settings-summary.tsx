import type { JSX } from "preact";
import type { Config } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { Outside } from "../../parts/text.tsx";
import { KEPT_SECRET } from "../../settings/entered.ts";
import { labelOf } from "../../settings/labels.ts";

/** The settings as they are saved. Secrets are stored, and never shown. */
export function SettingsSummary({ config }: { readonly config: Config }): JSX.Element {
  const { strings } = useConsole();
  const { destination } = strings;
  const valueOf = (value: unknown) => {
    if (value === KEPT_SECRET) return <span class="muted">{destination.secret}</span>;
    return <Outside text={typeof value === "string" ? value : JSON.stringify(value)} />;
  };
  return (
    <section class="card stack" aria-labelledby="settings-title">
      <h2 id="settings-title">{destination.settings}</h2>
      {config.config_problem !== null && <Outside text={config.config_problem} />}
      <dl class="pairs">
        {Object.entries(config.config ?? {}).map(([key, value]) => (
          <>
            <dt>{labelOf(key)}</dt>
            <dd>{valueOf(value)}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
