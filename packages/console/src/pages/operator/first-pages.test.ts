import { describe, expect, it } from "vitest";
import type { Organisation, OrganisationPage } from "../../api/types.ts";
import { firstPages } from "./first-pages.ts";

const named = (id: string) => ({ org_id: id }) as Organisation;

/** A server with pages of these organisations. */
function serving(...pages: readonly string[][]) {
  const asked: (string | null)[] = [];
  const load = async (cursor: string | null): Promise<OrganisationPage> => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    const ids = pages[at] ?? [];
    return {
      organisations: ids.map(named),
      total: pages.flat().length,
      next_cursor: at + 1 < pages.length ? `${at + 1}` : null,
    };
  };
  return { asked, load };
}

describe("the first pages of organisations", () => {
  it("are as many as were asked for, in the server's order", async () => {
    const { asked, load } = serving(["a", "b"], ["c", "d"], ["e"]);
    const found = await firstPages(load, 2);
    expect(found.organisations.map(({ org_id: id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(found).toMatchObject({ total: 5, hasMore: true, pages: 2 });
    expect(asked).toEqual([null, "1"]);
  });

  it("end with the server's last page, however many were asked for", async () => {
    const { asked, load } = serving(["a"], ["b"]);
    const found = await firstPages(load, 9);
    expect(found.organisations).toHaveLength(2);
    expect(found.hasMore).toBe(false);
    expect(asked).toEqual([null, "1"]);
  });

  it("list once what moved to a later page meanwhile", async () => {
    const { load } = serving(["a", "b"], ["b", "c"]);
    const found = await firstPages(load, 2);
    expect(found.organisations.map(({ org_id: id }) => id)).toEqual(["a", "b", "c"]);
  });
});
