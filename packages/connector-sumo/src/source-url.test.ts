import { describe, expect, it } from "vitest";
import { codeOf, createRedactor, urlProblem } from "./source-url.ts";

const CODE = "ZaVnC4dhaV3+x/s3cret==";
const inPath = encodeURIComponent(CODE);
const URL_TEXT = `https://endpoint4.collection.eu.sumologic.com/receiver/v1/http/${inPath}`;

describe("urlProblem", () => {
  it.each([
    URL_TEXT,
    ` ${URL_TEXT}\n`,
    "https://collectors.us2.sumologic.com/receiver/v1/http/ZaVnC4dhaV3==",
    "http://127.0.0.1:8080/receiver/v1/http/code",
    "https://proxy.example.com/sumo/receiver/v1/http/code",
  ])("finds none in %j", (url) => {
    expect(urlProblem(url)).toBeUndefined();
  });

  it.each([
    ["", "must begin with https://"],
    ["s3cret", "must begin with https://"],
    ["ftp://host/receiver/v1/http/s3cret", "must begin with https://"],
    ["https://x:s3cret@host/receiver/v1/http/code", "user name or password"],
    ["https://host/receiver/v1/http/s3cret?category=a", "before the ?"],
    ["https://host/receiver/v1/http/", "/receiver/v1/http/"],
    ["https://host/s3cret", "/receiver/v1/http/"],
    ["https://service.sumologic.com", "/receiver/v1/http/"],
  ])("says what is wrong with %j without repeating it", (url, said) => {
    expect(urlProblem(url)).toContain(said);
    expect(urlProblem(url)).not.toContain("s3cret");
  });
});

describe("createRedactor", () => {
  const redact = createRedactor(new URL(URL_TEXT));

  it.each([
    ["as it stands in the address", inPath],
    ["decoded", CODE],
    ["without its padding", CODE.replace("==", "")],
    ["with its padding escaped for HTML", CODE.replace("==", "&#61;&#61;")],
  ])("takes the code out of a text: %s", (_, form) => {
    const text = redact(`<p>No page at /receiver/v1/http/${form}. Again: ${form}</p>`);
    expect(text).not.toContain("ZaVnC4dhaV3");
    expect(text.match(/\[secret\]/g)).toHaveLength(2);
  });

  it("leaves other texts as they are", () => {
    expect(redact("503 busy")).toBe("503 busy");
  });

  it("knows the code of an address whose escapes are none", () => {
    const url = new URL("https://host/receiver/v1/http/s3cret%zz");
    expect(createRedactor(url)(`at ${codeOf(url)}`)).toBe("at [secret]");
  });
});
