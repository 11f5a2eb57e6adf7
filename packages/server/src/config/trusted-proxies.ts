import { z } from "zod";
import { parseAllowed } from "@arbitex/core/config";

const proxy = z.string().refine(isProxy, {
  error:
    "expected a proxy's address, or a range such as 10.1.0.0/16; never all addresses, which would trust every client",
});

/** Proxies whose `X-Forwarded-For` is trusted: a list, or comma-separated text. */
export const trustedProxies = z.union([
  z.array(proxy),
  z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(proxy)),
]);

function isProxy(text: string): boolean {
  const parsed = parseAllowed(text);
  return parsed?.kind === "range" && parsed.bits > 0;
}
