/** What is shown where a number is not defined. */
export const UNDEFINED_TEXT = "–";

/**
 * A number for people: four significant digits, no trailing zeros, exponents outside of
 * 1e-4 … 1e7, `–` for undefined, null and NaN, `∞` for infinities.
 */
export function formatNumber(x: number | null | undefined, digits = 4): string {
  if (x === undefined || x === null || Number.isNaN(x)) return UNDEFINED_TEXT;
  if (!Number.isFinite(x)) return x < 0 ? "−∞" : "∞";
  if (Number.isInteger(x) && Math.abs(x) < 1e15) return String(x === 0 ? 0 : x);
  const size = Math.abs(x);
  if (size < 1e-4 || size >= 1e7) {
    return x
      .toExponential(digits - 1)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  }
  return String(Number(x.toPrecision(digits)));
}

/** A fraction of 1 as per cent with one decimal: `99.5%`; `–` if undefined. */
export function formatPercent(x: number | null | undefined): string {
  if (x === undefined || x === null || Number.isNaN(x)) return UNDEFINED_TEXT;
  return `${(100 * x).toFixed(1)}%`;
}

/** A duration in seconds: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`; `–` if undefined. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === undefined || seconds === null || !Number.isFinite(seconds)) return UNDEFINED_TEXT;
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
