import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Config } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { Icon } from "../../parts/icons.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ServerText } from "../../parts/text.tsx";

/** After the last step: waits for the first event that is delivered. */
export function Done({ config }: { readonly config: Config }): JSX.Element {
  const { api, strings, formats, href, announce } = useConsole();
  const { wizard } = strings;
  const { value } = useLoaded(() => api.status(config.id), config.id, 1500);
  const delivered = value?.counts?.delivered ?? 0;
  const hasArrived = delivered > 0;
  const wasTold = useRef(false);
  useEffect(() => {
    if (!hasArrived || wasTold.current) return;
    wasTold.current = true;
    announce(wizard.firstArrived);
  }, [hasArrived]);
  const reason = value?.problem ?? value?.reason ?? null;
  const fix = value?.fix ?? null;
  const hasStopped = value?.health === "failed" || (value?.problem ?? null) !== null;
  return (
    <div class="card">
      <div class="empty">
        <span class={`big-mark ${hasArrived ? "good" : hasStopped ? "bad" : "idle"}`}>
          {hasArrived && <Icon name="check" size={36} />}
          {!hasArrived && (hasStopped ? <Icon name="alert" size={36} /> : <span class="spinner" aria-hidden="true" />)}
        </span>
        <h2>{hasArrived ? wizard.firstArrived : wizard.waitingFirst}</h2>
        <p>{hasArrived ? `${strings.destination.delivered}: ${formats.number(delivered)}` : wizard.waitingFirstHelp}</p>
        {!hasArrived && reason !== null && (
          <Notice
            tone={hasStopped ? "bad" : "warn"}
            title={hasStopped ? strings.destination.failing : strings.destination.retrying}
          >
            <p>
              <ServerText text={reason} />
            </p>
            {fix !== null && (
              <p>
                <span class="strong">{strings.fix}:</span> <ServerText text={fix} />
              </p>
            )}
          </Notice>
        )}
        <a class="button primary" href={href({ page: "destination", id: config.id })}>
          {wizard.toDestination}
        </a>
      </div>
    </div>
  );
}
