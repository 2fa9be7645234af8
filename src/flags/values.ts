import { nearestNames, truncate } from "../errors/index.ts";
import type { FlagSpec, FlagType } from "./spec.ts";
import { UsageError } from "./usage.ts";

type ChoiceType = Extract<FlagType, { kind: "choice" }>;
type ListType = Extract<FlagType, { kind: "list" }>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The text of a flag's value as the data its schema expects; ranges are checked by the schema.
 * `E_VALUE` (usage) if a number is expected and the text is none, the text is no valid choice, or
 * there is nothing where something is expected.
 */
export function flagValue(type: FlagType, text: string, at: string): unknown {
  switch (type.kind) {
    case "number":
      if (!NUMBER.test(text.trim())) throw valueError(at, "a number", shown(text));
      if (!Number.isFinite(Number(text))) throw valueError(at, "a finite number", shown(text));
      return Number(text);
    case "choice":
      return choiceValue(type, text, at);
    case "list":
      return listValue(type, text, at);
    case "switch":
      if (text !== "true" && text !== "false") throw valueError(at, "true or false", shown(text));
      return text === "true";
    case "text":
      if (text.trim() === "") throw valueError(at, "a text that is not empty", shown(text));
      return text;
  }
}

/**
 * The value of a key in a configuration file as the data its schema expects: text, number or list as
 * JSON has them, and a number or one item where a text or a list is meant (`"indices": 3`). The
 * same errors as {@link flagValue}, with the place inside of the value.
 */
export function configValue(type: FlagType, value: unknown, at: string): unknown {
  const isWritten = typeof value === "string" || typeof value === "number";
  switch (type.kind) {
    case "number":
      if (typeof value !== "number") throw valueError(at, "a number", shown(value));
      return value;
    case "switch":
      if (typeof value !== "boolean") throw valueError(at, "true or false", shown(value));
      return value;
    case "choice":
      return choiceValue(type, isWritten ? String(value) : value, at);
    case "text":
      if (!isWritten) throw valueError(at, "a text", shown(value));
      return flagValue(type, String(value), at);
    case "list":
      if (isWritten) return flagValue(type, String(value), at);
      if (!Array.isArray(value)) throw valueError(at, "a list", shown(value));
      if (value.length === 0) throw emptyList(at, value);
      return value.map((item: unknown, i) => configValue(type.item, item, `${at}, item ${i + 1}`));
  }
}

/** The items, or the only one where the schema takes one by itself, too. */
const listOrOne = ({ takesOne }: ListType, items: readonly unknown[]): unknown =>
  takesOne && items.length === 1 ? items[0] : items;

function listValue(type: ListType, text: string, at: string): unknown {
  const { item, isSplit, synonyms, words } = type;
  if (words.includes(text)) return text;
  if (!isSplit) return [flagValue(item, text, at)];
  const meant = Object.hasOwn(synonyms, text) ? synonyms[text]! : text;
  const texts = meant
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (texts.length === 0) throw emptyList(at, text);
  if (words.length > 0 && isNoList(item, texts)) throw noSuchWord(type, text, at);
  return listOrOne(
    type,
    texts.map((part) => flagValue(item, part, at)),
  );
}

/** Whether texts look like no items: a single one that is no number, or any that is none of the choices. */
function isNoList(item: FlagType, texts: readonly string[]): boolean {
  if (item.kind === "number") return texts.length === 1 && !NUMBER.test(texts[0]!);
  if (item.kind !== "choice") return false;
  const { values, synonyms } = item;
  return texts.some((part) => choiceOf(values, synonyms, part) === undefined);
}

/** That a text is neither one of the words in place of a list, nor a list. */
function noSuchWord({ words, item }: ListType, text: string, at: string): UsageError {
  const expected = `${words.map(quoted).join(", ")}, or ${typePlaceholder(item)},…`;
  return valueError(at, expected, shown(text));
}

const emptyList = (at: string, received: unknown) =>
  valueError(at, "at least one item", shown(received));

/** The usage error for a value that is not what it should be; `received` as {@link shown}. */
export function valueError(
  at: string,
  expected: string,
  received: string,
  hint?: string,
): UsageError {
  return new UsageError("E_VALUE", "a value is not valid", { at, expected, received, hint });
}

/** Longer values are cut in messages. */
const LONGEST_SHOWN = 80;

/** A value for a message: as JSON, `nothing` if it is absent, cut if it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string" && value.length > LONGEST_SHOWN) {
    return `${JSON.stringify(value.slice(0, LONGEST_SHOWN))}… (${value.length} characters)`;
  }
  return cut(JSON.stringify(value));
}

/** A text for a message, cut if it is long. */
export function cut(text: string): string {
  return truncate(text, LONGEST_SHOWN + 1);
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
      return [...type.words, `${typePlaceholder(type.item)}${type.isSplit ? ",…" : ""}`].join("|");
    case "switch":
      return "";
    case "text":
      return "TEXT";
  }
}

function choiceValue({ values, synonyms }: ChoiceType, value: unknown, at: string): string {
  const found = typeof value === "string" ? choiceOf(values, synonyms, value) : undefined;
  if (found !== undefined) return found;
  const near = typeof value === "string" ? nearestNames(value, values) : [];
  const hint = near.length === 0 ? undefined : `Did you mean ${near.map(quoted).join(" or ")}?`;
  throw valueError(at, `one of ${values.map(quoted).join(", ")}`, shown(value), hint);
}

function choiceOf(
  values: readonly string[],
  synonyms: ChoiceType["synonyms"],
  text: string,
): string | undefined {
  if (values.includes(text)) return text;
  return Object.hasOwn(synonyms, text) ? synonyms[text] : undefined;
}

const quoted = (text: string) => `"${text}"`;

/**
 * The values of flags given as texts, by key: the texts of each use of a flag, or the truth of a
 * switch. Keys without a spec are left out. `E_FLAG` (usage) for one value given in two ways.
 */
export function flagValues(
  specs: readonly FlagSpec[],
  texts: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const spec of specs) {
    const given = texts[spec.key];
    if (typeof given === "boolean") values[spec.key] = given;
    else if (Array.isArray(given)) values[spec.key] = usedValue(spec, given.map(String));
  }
  return values;
}

/** What the uses of a flag say together: a list's items, or the same value each time. */
function usedValue({ type, long, facts }: FlagSpec, texts: readonly string[]): unknown {
  const uses = texts.map((text) => flagValue(type, text, long));
  const isList = type.kind === "list" && !texts.some((text) => type.words.includes(text));
  return isList ? listOrOne(type, uses.flat()) : onlyValue(uses, long, facts.isSecret);
}

function onlyValue(uses: readonly unknown[], long: string, isSecret = false): unknown {
  if (uses.every((value) => value === uses[0])) return uses[0];
  throw new UsageError("E_FLAG", `${long} is given twice`, {
    expected: "one value",
    received: isSecret ? "several" : uses.map(shown).join(" and "),
  });
}
