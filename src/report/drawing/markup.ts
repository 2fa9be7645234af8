import { printable } from "../../errors/index.ts";

/** A number as SVG writes it here: at most two decimals, no trailing zeros, never `-0`. */
export function svgNumber(x: number): string {
  const rounded = Math.round(x * 100) / 100;
  return String(rounded === 0 ? 0 : rounded);
}

/**
 * Text safe between tags and in attribute values. Characters that XML does not allow, or that turn the
 * direction of writing, are escaped as `printable` does.
 */
function escapeText(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Attributes of an element; numbers are rounded, `undefined` leaves an attribute out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element as text: attributes in the given order, children on their own lines. */
export function element(
  name: string,
  attributes: Attributes,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const text = typeof value === "number" ? svgNumber(value) : escapeText(String(value));
      return ` ${key}="${text}"`;
    })
    .join("");
  if (children.length === 0) return `<${name}${written}/>`;
  return `<${name}${written}>\n${children.join("\n")}\n</${name}>`;
}

/** An element whose only content is text. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  const open = element(name, attributes).slice(0, -2);
  return `${open}>${escapeText(text)}</${name}>`;
}
