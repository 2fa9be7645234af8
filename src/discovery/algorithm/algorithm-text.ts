import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import type { Algorithm } from "./algorithm.ts";

/** An algorithm with the options that are given to it, unchecked. */
export interface AlgorithmText {
  readonly algorithm: Algorithm;
  readonly given: Readonly<Record<string, unknown>>;
}

/**
 * The algorithm that a text names, with options: `eap`, `eap:integratedGradSteps=5:absolute=false`. A value is JSON
 * if it can be.
 *
 * `E_ALGORITHM` for a name that none of `known` has, `E_OPTION` for what is no `option=value`.
 */
export function parseAlgorithmText(text: string, known: readonly Algorithm[]): AlgorithmText {
  const [name = "", ...settings] = text.split(":");
  const algorithm = known.find((one) => one.name === name);
  if (algorithm === undefined) {
    const names = known.map((one) => one.name);
    throw unknownNameError("E_ALGORITHM", "algorithm", name, names);
  }
  const entries = settings.map((setting) => {
    const [, key, value = ""] = /^(\w+)=(.*)$/.exec(setting) ?? [];
    if (key !== undefined) return [key, parsedValue(value)] as const;
    throw new InterpBenchError("E_OPTION", "this is no option of an algorithm", {
      at: text,
      expected: "option=value",
      received: setting,
    });
  });
  return { algorithm, given: Object.fromEntries(entries) };
}

function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
