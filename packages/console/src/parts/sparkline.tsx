import type { JSX } from "preact";

const WIDTH = 120;
const HEIGHT = 28;

/** A small curve beside numbers that say the same. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  readonly label: string;
}): JSX.Element {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map(
    (value, at) => `${(at * step).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`,
  );
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <polygon points={`0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`} fill="var(--c-accent)" opacity="0.12" />
      <polyline
        points={points.join(" ")}
        fill="none"
        stroke="var(--c-accent)"
        stroke-width="1.6"
        stroke-linejoin="round"
      />
    </svg>
  );
}
