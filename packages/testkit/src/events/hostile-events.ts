import type { OcsfEvent } from "@arbitex/core";

/** Texts that break careless encoders, by their danger. */
export const hostileTexts: Readonly<Record<string, string>> = {
  empty: "",
  quotes: `"double" 'single' \`back\``,
  "backslashes before a quote": '\\\\" \\"',
  "line breaks": "one\ntwo\r\nthree\rfour",
  "line separators of JavaScript": "before\u2028between\u2029after",
  "NUL and other controls": "a\u0000b\u0001\u0008\u001f\u007f\u0085",
  tabs: "key=value\tcat=other\tsev=10",
  "braces that look like the next event": '}{"event":"forged"}',
  "a bulk action line": '\n{"create":{"_id":"forged"}}\n{"@timestamp":0}\n',
  "CEF and LEEF separators": "CEF:0|a|b=c\\|LEEF:2.0|x09|^",
  "syslog header": "<134>1 2026-01-15T10:00:00Z forged - - - -",
  "a formula for spreadsheets": '=HYPERLINK("http://example.com")',
  "markup and templates": "</script><b>${process.env}{{7*7}}%n%s",
  emoji: "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ✅",
  "text from right to left": "\u202eabc\u202c مرحبا שלום",
  "combining characters": `Z${"\u0341".repeat(40)}algo`,
  "four bytes each": "𠮷𝔘𐍈",
  "half a surrogate pair, high": "a\ud800b",
  "half a surrogate pair, low": "a\udc00b",
  "byte order mark": "\ufefftext",
  "not a character": "\ufffe\uffff",
  "white space alone": " \t\u00a0\u3000",
  "64 KiB and a little": "x".repeat(64 * 1024 + 1),
  "a long text of three bytes each": "漢".repeat(20_000),
};

/** One event per hostile text, and events with a hostile shape. All are JSON objects with the OCSF core attributes. */
export const hostileEvents: readonly { readonly name: string; readonly event: OcsfEvent }[] = [
  ...Object.entries(hostileTexts).map(([name, text], index) => ({
    name,
    event: { ...core(index), message: text, unmapped: { text } },
  })),
  { name: "hostile keys", event: { ...core(100), unmapped: hostileKeys() } },
  {
    name: "numbers at the edge",
    event: { ...core(101), unmapped: { numbers: [-0, 1e21, 5e-324, 2 ** 53 + 2, 1e308] } },
  },
  {
    name: "empty values of every kind",
    event: { ...core(102), message: null, unmapped: { a: [], b: {}, c: "", d: null } },
  },
  { name: "nesting of 60 levels", event: { ...core(103), unmapped: nested(60) } },
  { name: "ten thousand keys", event: { ...core(104), unmapped: manyKeys(10_000) } },
];

function core(index: number): OcsfEvent {
  return {
    class_uid: 6003,
    class_name: "API Activity",
    category_uid: 6,
    category_name: "Application Activity",
    activity_id: 1,
    activity_name: "Create",
    type_uid: 600301,
    severity_id: 1,
    severity: "Informational",
    time: Date.UTC(2026, 0, 15, 8) + index,
    metadata: {
      version: "1.1.0",
      uid: `019bc0d0-0000-7000-8000-${String(index).padStart(12, "0")}`,
      product: { name: "Arbitex", vendor_name: "Arbitex" },
    },
    actor: { user: { uid: "u-1" } },
    src_endpoint: { ip: "203.0.113.7" },
    api: { operation: "chat.completions" },
  };
}

/** Parsed from text: in an object literal, `__proto__` would not become a key. */
function hostileKeys(): unknown {
  return JSON.parse(
    '{"__proto__":{"a":1},"constructor":1,"toString":2,"":3,"a.b":4,"quote\\"d":5,"new\\nline":6,"@timestamp":7}',
  );
}

function nested(levels: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < levels; level += 1) value = { down: value };
  return value;
}

function manyKeys(count: number): unknown {
  return Object.fromEntries(Array.from({ length: count }, (_value, index) => [`key${index}`, index]));
}
