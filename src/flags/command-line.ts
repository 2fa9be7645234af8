import { shellWord } from "./shell-word.ts";
import { dashed } from "./spec.ts";

/**
 * A command line without the program's name, its words as a shell takes them: `run eap -i 3 --prune`.
 *
 * @param values by keys that are flags: `dataSize` is --data-size, one letter `-i`. True is the switch and false its
 *   negation, as values or as texts; what is not given is left out
 * @returns `undefined` where a value cannot be typed: a number that is not finite, no text, a list of nothing or of
 *   texts with commas, an object
 */
export function commandLine(
  command: string,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const words = [command];
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    const text = Array.isArray(value) ? listText(value) : valueText(value);
    if (text === undefined) return undefined;
    const name = dashed(key);
    const flag = key.length === 1 ? `-${key}` : `--${name}`;
    if (text === "true") words.push(flag);
    else if (text === "false") words.push(`--no-${name}`);
    // A value that looks like a flag belongs to its flag by a sign.
    else if (text.startsWith("-")) words.push(shellWord(`${flag}=${text}`));
    else words.push(flag, shellWord(text));
  }
  return words.join(" ");
}

function valueText(value: unknown): string | undefined {
  if (typeof value === "object" || (typeof value === "number" && !Number.isFinite(value))) {
    return undefined;
  }
  const text = String(value);
  return text.trim() === "" ? undefined : text;
}

function listText(items: readonly unknown[]): string | undefined {
  const texts = items.map(valueText);
  const isTypable = texts.length > 0 && texts.every((text) => text?.includes(",") === false);
  return isTypable ? texts.join(",") : undefined;
}
