// First: the certificates' library finds its own parts through it.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export interface KeyPair {
  /** Both PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends KeyPair {
  /** A certificate of this authority. */
  issue(options: LeafOptions): Promise<KeyPair>;
}

export interface LeafOptions {
  readonly name: string;
  readonly usage: "server" | "client";
  /** Names and addresses that a server is reached by; `localhost` and `127.0.0.1` unless told. */
  readonly hosts?: readonly { readonly type: "dns" | "ip"; readonly value: string }[];
  /** From an hour ago for a day unless told. */
  readonly validity?: { readonly from: Date; readonly to: Date };
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HOUR_MS = 3_600_000;
const USAGES = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" };
const LOOPBACK = [
  { type: "dns", value: "localhost" },
  { type: "ip", value: "127.0.0.1" },
] as const;

/** A certificate authority for tests, made anew: no key of it is anywhere else, and no program but Node is needed. */
export async function createAuthority(name: string): Promise<Authority> {
  cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const subject = `CN=${name}`;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys,
    signingAlgorithm: ALGORITHM,
    ...dates({}),
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  });
  return {
    cert: certificate.toString("pem"),
    key: await pemOf(keys.privateKey),
    async issue(leaf) {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const issued = await X509CertificateGenerator.create({
        subject: `CN=${leaf.name}`,
        issuer: subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...dates(leaf),
        extensions: [
          new ExtendedKeyUsageExtension([USAGES[leaf.usage]]),
          new SubjectAlternativeNameExtension([...(leaf.hosts ?? LOOPBACK)]),
        ],
      });
      return { cert: issued.toString("pem"), key: await pemOf(own.privateKey) };
    },
  };
}

function dates({ validity }: Pick<LeafOptions, "validity">) {
  const now = Date.now();
  return {
    notBefore: validity?.from ?? new Date(now - HOUR_MS),
    notAfter: validity?.to ?? new Date(now + 24 * HOUR_MS),
  };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}
