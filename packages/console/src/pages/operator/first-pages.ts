import type { Organisation, OrganisationPage } from "../../api/types.ts";

interface FirstPages {
  readonly organisations: readonly Organisation[];
  readonly total: number;
  readonly hasMore: boolean;
  /** How many pages were asked for. */
  readonly pages: number;
}

/** The first pages as one list. One that moved to a later page meanwhile is listed once. */
export async function firstPages(
  load: (cursor: string | null) => Promise<OrganisationPage>,
  pages: number,
): Promise<FirstPages> {
  const found = new Map<string, Organisation>();
  let page = await load(null);
  for (let at = 1; ; at++) {
    for (const each of page.organisations) found.set(each.org_id, each);
    const { total, next_cursor: next } = page;
    if (at >= pages || next === null) {
      return { organisations: [...found.values()], total, hasMore: next !== null, pages };
    }
    page = await load(next);
  }
}
