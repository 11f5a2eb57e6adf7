import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Destinations } from "../../api/api.ts";
import type { Ring } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useNow } from "../../state/use-now.ts";
import { Notice } from "../../parts/notice.tsx";
import type { Series } from "../../parts/plot.tsx";
import { Plot } from "../../parts/plot.tsx";
import { filled } from "../../strings/strings.ts";

const REFRESH_MS = 10_000;

interface ActivityPlotsProps {
  readonly id: string;
  readonly from: Destinations;
}

/** Rate, queue and latency over an hour or a day, and the alarm when it is quieter than usual. */
export function ActivityPlots({ id, from }: ActivityPlotsProps): JSX.Element | null {
  const { strings, formats } = useConsole();
  const { destination } = strings;
  const [range, setRange] = useState<"hour" | "day">("hour");
  const { value, problem } = useLoaded(() => from.activity(id), `activity ${id}`, REFRESH_MS);
  const now = useNow(REFRESH_MS);
  const ring = value?.[range] ?? null;
  // Room for what comes, so that nothing below moves away from under a finger.
  if (value === undefined && problem === undefined) return <div class="plots-loading" />;
  if (value === undefined || ring === null) return null;
  const perMinute = (counts: Ring["delivered"]) =>
    counts.map((count) => (count === null ? null : (count * 60) / ring.step_seconds));
  const rate: readonly Series[] = [
    { name: destination.delivered, values: perMinute(ring.delivered), tone: "accent" },
    { name: strings.letters.title, values: perMinute(ring.dead_lettered), tone: "bad" },
  ];
  const latency: readonly Series[] = [
    { name: destination.p50, values: ring.latency_p50_seconds, tone: "accent" },
    { name: destination.p95, values: ring.latency_p95_seconds, tone: "warn" },
  ];
  return (
    <section class="stack" aria-label={destination.range}>
      {value.silence !== null && (
        <Notice tone="warn" icon="quiet" title={destination.silenceTitle}>
          <p>
            {filled(destination.silence, {
              time: formats.relative(value.silence.since, now),
              n: formats.number(value.silence.usual_per_hour),
            })}
          </p>
        </Notice>
      )}
      <div class="row">
        <span class="push" />
        <div class="segmented" role="group" aria-label={destination.range}>
          {(["hour", "day"] as const).map((each) => (
            <button type="button" aria-pressed={range === each} onClick={() => setRange(each)}>
              {destination[each]}
            </button>
          ))}
        </div>
      </div>
      <div class="columns even">
        <Plot title={destination.rate} series={rate} ring={ring} format={formats.fine} />
        <Plot
          title={destination.latency}
          series={latency}
          ring={ring}
          format={(seconds) => formats.duration(seconds)}
        />
      </div>
    </section>
  );
}
