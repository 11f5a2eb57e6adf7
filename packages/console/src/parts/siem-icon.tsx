import type { JSX } from "preact";

interface Drawing {
  readonly hue: number;
  readonly path: string;
}

// Our own pictures of what each does with events, not the vendors' marks.
const DRAWINGS: Readonly<Record<string, Drawing>> = {
  splunk_hec: { hue: 145, path: "M13 12l10 8-10 8M24 28h6" },
  elastic: { hue: 195, path: "M12 13h10a7 7 0 010 14H12M12 20h12" },
  sentinel: { hue: 212, path: "M20 10l9 4v6c0 5-4 9-9 11-5-2-9-6-9-11v-6zM16 20l3 3 6-6" },
  datadog: { hue: 268, path: "M10 28h20M12 24l5-6 5 3 6-8" },
  sumo_logic: { hue: 232, path: "M27 12H14l8 8-8 8h13" },
  qradar: { hue: 340, path: "M20 30a10 10 0 1110-10M20 20l7-7M20 25a5 5 0 115-5" },
  cortex_xsiam: { hue: 24, path: "M20 20l9-5M20 20v10M20 20l-9-5M20 10l9 5v10l-9 5-9-5V15z" },
  google_secops: { hue: 48, path: "M20 28a8 8 0 110-16 8 8 0 010 16zM26 26l4 4M17 20h6M20 17v6" },
  otlp_http: { hue: 175, path: "M11 28l7-7M18 16l6 6 5-9-2-2zM11 28l3 2" },
  webhook: { hue: 318, path: "M17 23l-4 5M23 17l4-5M14 16a6 6 0 0110-3M26 24a6 6 0 01-10 3" },
  syslog: { hue: 84, path: "M12 13h16M12 18h11M12 23h16M12 28h8" },
  s3: { hue: 8, path: "M12 13h16l-2 16H14zM12 13c0 3 16 3 16 0M17 21h6" },
  file: { hue: 210, path: "M14 10h9l4 4v16H14zM23 10v4h4M17 20h7M17 25h5" },
};

const OTHER: Drawing = { hue: 222, path: "M13 20h14M20 13v14M20 10a10 10 0 110 20 10 10 0 010-20z" };

export function SiemIcon({ type, size = 44 }: { readonly type: string; readonly size?: number }): JSX.Element {
  const { hue, path } = DRAWINGS[type] ?? OTHER;
  return (
    <svg class="siem-icon" width={size} height={size} viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <rect width="40" height="40" rx="10" fill={`hsl(${hue} 58% 38%)`} />
      <path d={path} fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export function isKnownType(type: string): boolean {
  return type in DRAWINGS;
}
