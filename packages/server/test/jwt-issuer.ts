import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CryptoKey, JWK, JWTPayload } from "jose";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** An issuer of JSON Web Tokens: discovery document and keys over HTTP. */
export interface JwtIssuer {
  /** As in the `iss` claim. */
  readonly issuer: string;
  /** Signs a token that is good for a minute, with these claims over it. */
  sign(claims?: JWTPayload): Promise<string>;
  /** Signs with a key that the issuer does not publish, under the name of one that it does. */
  signAsStranger(claims?: JWTPayload): Promise<string>;
  /** Replaces the key by a new one under a new name. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

interface NamedKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function startJwtIssuer(): Promise<JwtIssuer> {
  let key = await newKey("k1");
  const stranger = await newKey("k1");
  const server = createServer((request, response) => {
    const documents = new Map<string | undefined, unknown>([
      ["/.well-known/openid-configuration", { issuer, jwks_uri: `${issuer}/keys` }],
      ["/keys", { keys: [key.jwk] }],
    ]);
    const found = documents.get(request.url);
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function signWith({ kid, privateKey }: NamedKey, claims: JWTPayload): Promise<string> {
    const usual = { iss: issuer, aud: "siem", sub: "ada", role: "admin", exp: Math.floor(Date.now() / 1000) + 60 };
    return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey);
  }

  return {
    issuer,
    sign: (claims = {}) => signWith(key, claims),
    signAsStranger: (claims = {}) => signWith({ ...stranger, kid: key.kid }, claims),
    async rotate() {
      key = await newKey(`k${Number(key.kid.slice(1)) + 1}`);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function newKey(kid: string): Promise<NamedKey> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" } };
}
