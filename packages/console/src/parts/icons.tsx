import type { JSX } from "preact";

const PATHS = {
  check: "M4 10.5l4 4 8-9",
  cross: "M5 5l10 10M15 5L5 15",
  alert: "M10 6v5M10 14.2v.1M10 2.5l8 14.5H2z",
  clock: "M10 5.5V10l3 2M10 18a8 8 0 100-16 8 8 0 000 16z",
  pause: "M7 5v10M13 5v10",
  dot: "M10 12a2 2 0 100-4 2 2 0 000 4z",
  dash: "M5 10h10",
  arrow: "M4 10h12M11 5l5 5-5 5",
  back: "M16 10H4M9 5l-5 5 5 5",
  plus: "M10 4v12M4 10h12",
  copy: "M7 7V4h9v9h-3M4 7h9v9H4z",
  stop: "M6 6h8v8H6z",
  play: "M6 4l10 6-10 6z",
  quiet: "M3 10h3l1.5-3 2 6 1.5-3H13M16 10h1",
  shield: "M10 2.5l6.5 2.5v4.5c0 4-2.7 6.8-6.5 8-3.8-1.2-6.5-4-6.5-8V5z",
  link: "M8.5 11.5l3-3M7 9L5 11a2.8 2.8 0 004 4l2-2M13 11l2-2a2.8 2.8 0 00-4-4L9 7",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a text that says the same; screen readers pass it by. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Logo(): JSX.Element {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="currentColor" />
      <g fill="none" stroke="var(--c-on-accent)" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">
        <path d="M7 11h7l4 10h7" />
        <path d="M7 21h5M20 11h5" stroke-opacity=".55" />
      </g>
    </svg>
  );
}
