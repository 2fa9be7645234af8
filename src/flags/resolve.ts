import type { z } from "zod";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { isRecord, parseJson } from "../formats/index.ts";
import { dashed, type FlagSpec } from "./spec.ts";
import { UsageError, unknownName } from "./usage.ts";
import { configValue, cut, flagValue, shown, valueError } from "./values.ts";

/** Where values come from; later ones win over earlier ones, except that flags and `--set` may not meet. */
export interface OptionSources {
  /** The file of `--config`. */
  readonly config: string | undefined;
  /** The `key=value` texts of `--set`. */
  readonly set: readonly string[];
  /** Key → value of flags and positional arguments. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** The text of a file, named as whoever calls the program names it. May throw anything. */
  readonly read: (file: string) => string;
}

/**
 * The options of a command: defaults, then the configuration file, then `--set` and flags, checked
 * by the schema.
 *
 * All problems are usage errors that say where the value was given: `E_CONFIG` for an unreadable
 * file, `E_KEY` for an unknown key, `E_VALUE` for a wrong value, `E_FLAG` for a missing or
 * contradictory one.
 */
export function resolveOptions<Options extends z.ZodObject>(
  schema: Options,
  specs: readonly FlagSpec[],
  sources: OptionSources,
): z.output<Options> {
  const places = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const put = (spec: FlagSpec, value: unknown, at: string) => {
    values[spec.key] = value;
    places.set(spec.key, at);
  };
  if (sources.config !== undefined) {
    const seen = new Set<FlagSpec>();
    for (const [name, value] of readConfig(sources.config, sources.read)) {
      const at = `${sources.config}, key ${shown(name)}`;
      const spec = specOf(specs, name, sources.config);
      assertNew(seen, spec, at, `the key "${spec.key}" is there twice`, "Keep one of the two.");
      put(spec, configValue(spec.type, value, at), at);
    }
  }
  const seen = new Set(specs.filter(({ key }) => Object.hasOwn(sources.flags, key)));
  for (const text of sources.set) {
    const { name, value } = splitSetting(text);
    const at = `--set ${cut(text)}`;
    const spec = specOf(specs, name, at);
    const isFlag = Object.hasOwn(sources.flags, spec.key);
    const hint = isFlag ? "Give the flag or --set, not both." : "Set it once.";
    assertNew(seen, spec, at, `${spec.long} is given twice`, hint);
    put(spec, flagValue(spec.type, value, at), at);
  }
  for (const spec of specs) {
    if (Object.hasOwn(sources.flags, spec.key)) put(spec, sources.flags[spec.key], spec.long);
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw issueError(parsed.error.issues, values, specs, places);
}

function assertNew(
  seen: Set<FlagSpec>,
  spec: FlagSpec,
  at: string,
  message: string,
  hint: string,
): void {
  if (seen.has(spec)) throw new UsageError("E_FLAG", message, { at, hint });
  seen.add(spec);
}

function readConfig(file: string, read: OptionSources["read"]): [string, unknown][] {
  const refuse = (received: string, cause?: unknown) =>
    new UsageError("E_CONFIG", "the configuration file cannot be read", {
      at: file,
      expected: "a JSON object with the options as keys",
      received,
      cause,
    });
  let document: unknown;
  try {
    document = parseJson(read(file), file);
  } catch (error) {
    if (error instanceof InterpBenchError) throw refuse(error.received ?? error.message, error);
    throw refuse(reasonOf(error), error);
  }
  if (!isRecord(document)) {
    throw refuse(Array.isArray(document) ? "an array" : shown(document));
  }
  return Object.entries(document);
}

/**
 * The option a key means: `iitWeight`, `iit-weight` and `iit_weight` are the same, and so are the
 * flag's other spellings without their dashes: `lr`, `i`.
 */
function specOf(specs: readonly FlagSpec[], name: string, at: string): FlagSpec {
  const wanted = dashed(name.replaceAll("_", "-"));
  const isAlias = ({ facts: { short, aliases = [] } }: FlagSpec) =>
    [short, ...aliases].some((spelling) => spelling?.replace(/^--?/, "") === wanted);
  const spec = specs.find(({ key }) => dashed(key) === wanted) ?? specs.find(isAlias);
  if (spec !== undefined) return spec;
  if (COMMON_KEYS.includes(wanted)) {
    throw new UsageError("E_KEY", `"${wanted}" is no option of the command`, {
      at,
      hint: `Give --${wanted} on the command line.`,
    });
  }
  const keys = specs.map(({ key }) => key);
  throw unknownName("E_KEY", "option", name, keys, at);
}

/** The flags that are read before a command's own options are looked for. */
const COMMON_KEYS = ["json", "log", "config", "set", "help"];

function splitSetting(text: string): { name: string; value: string } {
  const at = text.indexOf("=");
  if (at > 0) return { name: text.slice(0, at).trim(), value: text.slice(at + 1) };
  throw new UsageError("E_VALUE", "a setting has no value", {
    at: `--set ${cut(text)}`,
    expected: "key=value",
    received: shown(text),
  });
}

function issueError(
  issues: readonly z.core.$ZodIssue[],
  values: Readonly<Record<string, unknown>>,
  specs: readonly FlagSpec[],
  places: ReadonlyMap<string, string>,
): UsageError {
  const issue = issues[0]!;
  const key = String(issue.path[0] ?? "");
  const spec = specs.find((candidate) => candidate.key === key);
  const at = places.get(key);
  if (spec !== undefined && !(key in values)) {
    return new UsageError("E_FLAG", `${spec.long} is missing`, { hint: spec.summary });
  }
  const received = issue.path.reduce<unknown>(memberOf, values);
  const inner = issue.path
    .slice(1)
    .map((part) => (typeof part === "number" ? `, item ${part + 1}` : `.${String(part)}`));
  const place = `${at ?? spec?.long ?? "the options"}${inner.join("")}`;
  return valueError(place, expectationOf(issue), shown(received));
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "an integer" : `a ${issue.expected}`;
    case "too_small":
      return `${issue.inclusive === true ? "at least" : "more than"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === true ? "at most" : "less than"} ${issue.maximum}${unitOf(issue.origin)}`;
    case "invalid_value":
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" || origin === "set" ? " items" : "";
}
