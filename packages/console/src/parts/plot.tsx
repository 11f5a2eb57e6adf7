import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { Ring } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { filled } from "../strings/strings.ts";
import { lonePoints } from "./lone-points.ts";

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly tone: "accent" | "warn" | "bad";
}

interface PlotProps {
  readonly title: string;
  readonly series: readonly Series[];
  readonly ring: Pick<Ring, "step_seconds" | "until">;
  readonly format: (value: number) => string;
}

const HEIGHT = 170;

/** Values over time. The drawing is for eyes; its text says latest and highest. */
export function Plot({ title, series, ring, format }: PlotProps): JSX.Element {
  const { strings, isDark, formats } = useConsole();
  const { destination } = strings;
  const place = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<typeof uPlot>();
  const [first] = series;
  const length = first?.values.length ?? 0;
  const until = new Date(ring.until).getTime() / 1000;
  const times = Array.from({ length }, (_, at) => until - (length - 1 - at) * ring.step_seconds);
  const isEmpty = series.every(({ values }) => values.every((value) => value === null || value === 0));
  const data = JSON.stringify([times, ...series.map(({ values }) => values)]);

  useEffect(() => {
    // The library is fetched with the first plot: the other pages do without.
    void import("uplot").then((loaded) => setDrawing(() => loaded.default));
  }, []);

  useEffect(() => {
    const element = place.current;
    if (element === null || drawing === undefined) return undefined;
    const colour = (name: string) => getComputedStyle(element).getPropertyValue(`--c-${name}`).trim();
    const font = `12px ${getComputedStyle(element).fontFamily}`;
    const axis = { stroke: colour("muted"), font, grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
    const plot = new drawing(
      {
        width: element.clientWidth,
        height: HEIGHT,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(1e-3, high) * 1.1] } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 26,
            space: 70,
            values: (_plot, ticks) => ticks.map((at) => formats.clock(at * 1000)),
          },
          { ...axis, size: 52, space: 34, values: (_plot, ticks) => ticks.map((tick) => format(tick)) },
        ],
        series: [
          {},
          ...series.map(({ tone, values }, at) => ({
            stroke: colour(tone),
            width: 2,
            points: { show: false, filter: lonePoints(values), size: 6, fill: colour(tone) },
            ...(at === 0 && { fill: `${colour(tone)}22` }),
          })),
        ],
      },
      JSON.parse(data),
      element,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [drawing, data, isDark]);

  const known = (first?.values ?? []).filter((value) => value !== null);
  const summary = filled(destination.plotSummary, {
    title,
    latest: format(known.at(-1) ?? 0),
    highest: format(Math.max(0, ...known)),
  });
  return (
    <figure class="card plot">
      <figcaption class="card-head">
        <h2>{title}</h2>
        {series.length > 1 && (
          <span class="legend push">
            {series.map(({ name, tone }) => (
              <span>
                <span class={`key ${tone}`} />
                {name}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <div class="plot-canvas" role="img" aria-label={isEmpty ? `${title}: ${destination.noData}` : summary}>
        <div ref={place} class="plot-place" hidden={isEmpty} />
        {isEmpty && <p class="muted plot-empty">{destination.noData}</p>}
      </div>
    </figure>
  );
}
