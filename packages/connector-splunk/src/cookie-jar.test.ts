import { expect, it } from "vitest";
import { createCookieJar } from "./cookie-jar.ts";

it("has no header before a cookie comes", () => {
  const jar = createCookieJar();
  jar.store(undefined);
  expect(jar.header()).toBeUndefined();
});

it("gives cookies back by name, the last value of each, without their attributes", () => {
  const jar = createCookieJar();
  jar.store("AWSALB=first; Expires=Thu, 20 Mar 2031 00:00:00 GMT; Path=/");
  jar.store(["AWSALB=second==; Path=/; Secure", " node = idx-3 ; HttpOnly"]);
  expect(jar.header()).toBe("AWSALB=second==; node=idx-3");
});

it.each(["", ";", "=value", "no-equals-sign; Path=/"])("passes over what is no cookie: %j", (header) => {
  const jar = createCookieJar();
  jar.store(header);
  expect(jar.header()).toBeUndefined();
});
