import { wordsOf } from "../../src/report/index.ts";

/** Options of an algorithm as flags: `{ integratedGradSteps: 10 }` is `--integrated-grad-steps 10`. */
export const optionFlags = (options: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(options).map(([key, value]) => {
    const name = wordsOf(key).join("-");
    const text = Array.isArray(value) ? value.join(",") : String(value);
    if (text === "true") return `--${name}`;
    return text === "false" ? `--no-${name}` : `--${name} ${text}`;
  });
