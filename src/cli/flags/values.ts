import { nearestNames } from "../../errors/index.ts";
import { UsageError, unknownName } from "../usage.ts";
import type { FlagSpec, FlagType } from "./spec.ts";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The text of a flag's value as the data its schema expects; ranges are checked by the schema.
 * `E_VALUE` (usage) if a number is expected and the text is none, or the text is no valid choice.
 */
export function flagValue(type: FlagType, text: string, at: string): unknown {
  switch (type.kind) {
    case "number":
      if (!NUMBER.test(text.trim())) throw valueError(at, "a number", `"${text}"`);
      return Number(text);
    case "choice":
      return choiceValue(type.values, type.synonyms[text] ?? text, at);
    case "list":
      if (!type.isSplit) return [flagValue(type.item, text, at)];
      return text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "")
        .map((item) => flagValue(type.item, item, at));
    case "switch":
      if (text !== "true" && text !== "false") throw valueError(at, "true or false", `"${text}"`);
      return text === "true";
    case "text":
      return text;
  }
}

/** The usage error for a value that is not what it should be. */
export function valueError(at: string, expected: string, received: string): UsageError {
  return new UsageError("E_VALUE", "a value is not valid", { at, expected, received });
}

/** What a flag's value looks like in help: `N`, `FILE`, `auto|native`. */
export function placeholderOf({ type, facts }: FlagSpec): string {
  return facts.placeholder ?? typePlaceholder(type);
}

function typePlaceholder(type: FlagType): string {
  switch (type.kind) {
    case "number":
      return "N";
    case "choice":
      return type.values.filter((value) => value !== "").join("|");
    case "list":
      return `${typePlaceholder(type.item)}${type.isSplit ? ",…" : ""}`;
    case "switch":
      return "";
    case "text":
      return "TEXT";
  }
}

function choiceValue(values: readonly string[], text: string, at: string): string {
  if (values.includes(text)) return text;
  if (nearestNames(text, values).length === 0) {
    throw valueError(at, `one of ${values.map((value) => `"${value}"`).join(", ")}`, `"${text}"`);
  }
  throw unknownName("E_VALUE", "value", text, values, at);
}

/**
 * The values of flags given as texts, by key: a text, the texts of a list that was given several
 * times, or the truth of a switch. Keys without a spec are left out.
 */
export function flagValues(
  specs: readonly FlagSpec[],
  texts: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { key, long, type } of specs) {
    const given = texts[key];
    if (typeof given === "boolean") values[key] = given;
    else if (typeof given === "string") values[key] = flagValue(type, given, long);
    else if (Array.isArray(given)) {
      values[key] = given.flatMap((text) => flagValue(type, String(text), long));
    }
  }
  return values;
}
