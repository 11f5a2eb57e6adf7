/**
 * Returns what is wrong with a configured URL, with a fix; undefined if nothing is. Never repeats the URL, which is a
 * secret.
 */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return "must begin with https:// (or http://): copy the whole address from Show URL of the HTTP source";
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "must not hold a user name or password: the code at its end is the credential";
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    return "must end before the ? or #: Sumo Logic ignores both";
  }
  if (codeOf(parsed) === "" || !parsed.pathname.includes("/receiver/v1/http/")) {
    return "must hold /receiver/v1/http/ and the source's code: copy the whole address from Show URL of the HTTP source";
  }
  return undefined;
}

/** Returns the secret part of the URL. */
export function codeOf({ pathname }: URL): string {
  return pathname.slice(pathname.lastIndexOf("/") + 1);
}

/** Creates a function that removes the code from text from outside: proxies' error pages often repeat the address. */
export function createRedactor(url: URL): (text: string) => string {
  const code = codeOf(url);
  const decoded = decodedOf(code);
  // Without padding, so that every spelling is found.
  const forms = [...new Set([code, decoded, encodeURIComponent(decoded)])]
    .map((form) => form.replace(/(?:=|%3D)+$/i, ""))
    .filter((form) => form !== "");
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, "[secret]"), text);
}

function decodedOf(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
