import { describe, expect, it } from "vitest";
import { authSchema, jwtSettings } from "./auth-settings.ts";

const issuer = "https://login.example.com";

describe("the settings of sign-in", () => {
  it("take no JSON Web Token unless told", () => {
    expect(jwtSettings(authSchema.parse({}))).toBeUndefined();
  });

  it("know the platform's claims and roles unless told", () => {
    expect(jwtSettings(authSchema.parse({ jwt: { issuer, audience: "siem" } }))).toEqual({
      issuer,
      audience: ["siem"],
      jwksUrl: undefined,
      orgClaim: "org_id",
      roleClaim: "role",
      adminRoles: ["siem_admin"],
      orgRoles: ["admin"],
    });
  });

  it.each([
    [{ issuer: "http://login.example.com", audience: "siem" }, /expected an https address/],
    [{ issuer, audience: "siem", jwks_url: "http://127.0.0.1.example.com/keys" }, /expected an https address/],
    [{ issuer: "login", audience: "siem" }, /expected an https address/],
    [{ issuer, audience: [] }, /audience/],
    [{ issuer }, /audience/],
    [{ issuer, audience: "siem", roles: ["x"] }, /roles/],
  ])("refuse %j", (jwt, said) => {
    expect(() => authSchema.parse({ jwt })).toThrow(said);
  });

  it("take plain http from this machine", () => {
    const jwt = { issuer: "http://localhost:8080", audience: "siem", jwks_url: "http://127.0.0.1:8080/keys" };
    expect(authSchema.safeParse({ jwt }).success).toBe(true);
  });
});
