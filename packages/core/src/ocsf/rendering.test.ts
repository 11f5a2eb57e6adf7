import { describe, expect, it } from "vitest";
import { render } from "./rendering.ts";

const extensions = [{ name: "arbitex", uid: "988", version: "1.0.0" }];

describe("render", () => {
  const event = {
    class_uid: 6003,
    actor: { user: { uid: "u1", org: { uid: "o1" } }, org: { uid: "o1", name: "Acme" } },
    src_endpoint: {
      ip: "1.2.3.4",
      is_anonymous: false,
      location: { country: "DE", lat: 52.5, long: 13.25, coordinates: [13.25, 52.5] },
    },
    metadata: { version: "1.1.0", extensions },
    unmapped: { hmac: "ab", src_endpoint: { asn: 1 } },
  };

  it("leaves the arbitex rendering as it is", () => {
    expect(render(event, "arbitex")).toBe(event);
  });

  it("moves what only the extension knows to unmapped, at the same paths", () => {
    const before = JSON.stringify(event);
    expect(render(event, "strict")).toEqual({
      class_uid: 6003,
      actor: { user: { uid: "u1", org: { uid: "o1" } } },
      src_endpoint: { ip: "1.2.3.4", location: { country: "DE", coordinates: [13.25, 52.5] } },
      metadata: { version: "1.1.0" },
      unmapped: {
        hmac: "ab",
        actor: { org: { uid: "o1", name: "Acme" } },
        src_endpoint: { asn: 1, is_anonymous: false, location: { lat: 52.5, long: 13.25 } },
      },
    });
    expect(JSON.stringify(event)).toBe(before);
  });

  it("moves the whole actor and source of a security finding", () => {
    const finding = { class_uid: 2001, actor: { user: { uid: "u1" } }, src_endpoint: { ip: "1.2.3.4" } };
    expect(render(finding, "strict")).toEqual({
      class_uid: 2001,
      unmapped: { actor: { user: { uid: "u1" } }, src_endpoint: { ip: "1.2.3.4" } },
    });
  });

  it("keeps positions in arrays and the extensions of others", () => {
    const other = { name: "dev", uid: "999", version: "1.0.0" };
    const finding = {
      class_uid: 2004,
      metadata: { extensions: [...extensions, other] },
      evidences: [{ data: 1 }, { src_endpoint: { ip: "1.2.3.4", is_anonymous: true } }],
    };
    expect(render(finding, "strict")).toEqual({
      class_uid: 2004,
      metadata: { extensions: [other] },
      evidences: [{ data: 1 }, { src_endpoint: { ip: "1.2.3.4" } }],
      unmapped: { evidences: [{}, { src_endpoint: { is_anonymous: true } }] },
    });
  });

  it("changes nothing that passes bare OCSF, and nothing of an unknown class", () => {
    const plain = { class_uid: 6003, actor: { user: { uid: "u1" } }, x: 1 };
    expect(render(plain, "strict")).toEqual(plain);
    expect(render({ class_uid: 1, actor: 1 }, "strict")).toEqual({ class_uid: 1, actor: 1 });
  });
});
