import { wordsOf } from "../../src/report/index.ts";

/** An option of an algorithm as a flag: `integratedGradSteps: 10` is `--integrated-grad-steps 10`. */
export function optionFlag(key: string, value: unknown): string {
  const name = wordsOf(key).join("-");
  const text = Array.isArray(value) ? value.join(",") : String(value);
  if (text === "true") return `--${name}`;
  return text === "false" ? `--no-${name}` : `--${name} ${text}`;
}
