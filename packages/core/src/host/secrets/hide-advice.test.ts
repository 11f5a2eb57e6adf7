import { expect, it } from "vitest";
import { Secret } from "../../connector/secret.ts";
import { hideInAdvice } from "./hide-advice.ts";
import { hiderOf } from "./hide-secrets.ts";

const hide = hiderOf({ token: new Secret("token"), password: new Secret("Zx81-Kyoto-Ferry") });

it("leaves the words of advice alone when one of them is somebody's secret, and hides every other secret", () => {
  expect(hideInAdvice("Set a token that is valid, not Zx81-Kyoto-Ferry.", hide)).toBe(
    "Set a token that is valid, not [secret].",
  );
  expect(hideInAdvice("Set another index.", hide)).toBe("Set another index.");
});
