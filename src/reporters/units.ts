const UNITS: readonly [number, string][] = [
  [365 * 86_400_000, "year"],
  [30 * 86_400_000, "month"],
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
];

/** "3 days ago" for a time in ms; "dated in the future" if it lies ahead. */
export function age(time: number | null, now: number): string {
  if (time === null) return "age unknown";
  const ms = now - time;
  if (ms < -60_000) return "dated in the future";
  for (const [unit, name] of UNITS) {
    const count = Math.floor(ms / unit);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

/** The same in at most ten characters: "3 d ago", "5 mo ago", "in future". */
export function shortAge(time: number | null, now: number): string {
  if (time === null) return "unknown";
  const ms = now - time;
  if (ms < -60_000) return "in future";
  const short: Record<string, string> = { year: "y", month: "mo", day: "d", hour: "h", minute: "min" };
  for (const [unit, name] of UNITS) if (ms >= unit) return `${Math.floor(ms / unit)} ${short[name]} ago`;
  return "just now";
}

export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  let value = size;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return `${value < 10 && at > 0 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

/** A short text for a duration: "5 ms", "2.0 s", "96 s", "3.2 h". */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1000) return `${ms} ms`;
  if (size < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (size < 600_000) return `${Math.round(ms / 1000)} s`;
  if (size < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (size < 172_800_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}
