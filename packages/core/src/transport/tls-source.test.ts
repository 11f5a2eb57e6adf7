import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../../../../tests/certificates.ts";
import { Secret } from "../connector/secret.ts";
import { createTlsSource } from "./tls-source.ts";

const authority = await createAuthority("One CA");
const [first, second] = await Promise.all(
  ["first", "second"].map((name) => authority.issue({ name, usage: "client" })),
);

async function files() {
  const folder = await mkdtemp(join(tmpdir(), "tls-source-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const paths = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const put = async (pair: { readonly cert?: string; readonly key?: string } = {}) => {
    if (pair.cert !== undefined) await writeFile(paths.cert, pair.cert);
    if (pair.key !== undefined) await writeFile(paths.key, pair.key);
  };
  await put(first);
  const source = createTlsSource(
    { tls_verify: true, tls_ca: authority.cert, tls_cert: paths.cert, tls_key: new Secret(paths.key) },
    0,
  );
  return { put, source };
}

const contextOf = (tls: Parameters<typeof createTlsSource>[0]) => createTlsSource(tls, 0).options().secureContext;

describe("the TLS settings of a destination", () => {
  it("are shared by destinations without certificates of their own, and by no other", () => {
    const plain = contextOf({ tls_verify: true });
    expect(contextOf({ tls_verify: false })).toBe(plain);
    expect(contextOf({ tls_verify: true, tls_ca: authority.cert })).not.toBe(plain);
  });

  it("are made once for the same files", async () => {
    const { source } = await files();
    expect(source.options()).toBe(source.options());
    expect(source.stamp()).toBe(source.stamp());
  });

  it("are made anew when a file is replaced, and connections with the old ones are told apart", async () => {
    const { put, source } = await files();
    const before = { options: source.options(), stamp: source.stamp() };
    await put(second);
    expect(source.stamp()).not.toBe(before.stamp);
    expect(source.options()).not.toBe(before.options);
  });

  it("leave open connections alone while the files do not fit each other, and say so to a new one", async () => {
    const { put, source } = await files();
    source.options();
    const before = source.stamp();
    await put({ cert: second?.cert ?? "" });
    expect(source.stamp()).toBe(before);
    expect(() => source.options()).toThrow(/key/);
    await put({ key: second?.key ?? "" });
    expect(source.stamp()).not.toBe(before);
  });
});
