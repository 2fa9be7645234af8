import { checkFunction, checkString } from "./check.ts";

const TEXTS = new WeakMap<object, string>();

/**
 * Gives a function a text that says what it computes, for those whose source does not because it
 * mentions variables from around it. Returns the function.
 *
 * @param text a formula in `x` and `y`, or `key` and `query`: `"key + 2 = query"`
 */
export function withText<F extends (...args: never[]) => unknown>(f: F, text: string): F {
  TEXTS.set(checkFunction("withText(f, text): f", f), checkString("withText(f, text): text", text));
  return f;
}

/** What a function computes, in one line: its text, else the name of a named one, else its source. */
export function functionText(f: (...args: never[]) => unknown): string {
  const text = TEXTS.get(f);
  if (text !== undefined) return text;
  const source = f.toString().replace(/\s+/g, " ");
  const name = /^function (\w+)\(/.exec(source)?.[1] ?? nativeName(f, source);
  return name === undefined ? source : `${name}(${f.length < 2 ? "x" : "x, y"})`;
}

/** `max` of `function max() { [native code] }`. */
function nativeName({ name }: { readonly name: string }, source: string): string | undefined {
  return source.includes("[native code]") ? name : undefined;
}
