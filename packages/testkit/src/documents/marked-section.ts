/**
 * Replaces the content between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. Undefined when the document lacks these
 * markers.
 */
export function withSection(document: string, name: string, content: string): string | undefined {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to < from) return undefined;
  return `${document.slice(0, from + begin.length)}\n${content}\n${document.slice(to)}`;
}
