import { useEffect, useState } from "preact/hooks";

/** The time, renewed every `everyMs` so that "5 seconds ago" stays true. */
export function useNow(everyMs = 5000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
