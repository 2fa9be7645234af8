/** Attributes of an element; `undefined` leaves one out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

type Child = Node | string;

/** An element of HTML. Texts are text, whatever is in them. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(name), attributes, children);
}

/** An element of SVG. */
export function svgEl<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  children: readonly Child[] = [],
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled<E extends Element>(
  element: E,
  attributes: Attributes,
  children: readonly Child[],
): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** The head of a table, with a column for each name. */
export const tableHead = (names: readonly string[], attributes: Attributes = {}) =>
  el("thead", attributes, [
    el(
      "tr",
      {},
      names.map((name) => el("th", { scope: "col" }, [name])),
    ),
  ]);

/** What is to be reached as soon as the page has laid it out, by what it is. */
const scrolled = new WeakMap<Element, string>();
let laidOut: ResizeObserver | undefined;

/**
 * Lets a keyboard scroll what does not fit, at any size: known with the next frame, so that
 * nothing is laid out before.
 */
export function reachIfScrolled(element: HTMLElement, title: string): void {
  laidOut ??= new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const isScrolled = target.scrollWidth > target.clientWidth;
      const said = { tabindex: "0", role: "group", "aria-label": scrolled.get(target)! };
      for (const [name, value] of Object.entries(said)) {
        if (isScrolled) target.setAttribute(name, value);
        else target.removeAttribute(name);
      }
    }
  });
  scrolled.set(element, title);
  laidOut.observe(element);
}

/** Calls for `show`, of which there may be many between two frames of the page: it is called before the next one. */
export function oncePerFrame(show: () => void): () => void {
  let isAwaited = false;
  return () => {
    if (isAwaited) return;
    isAwaited = true;
    requestAnimationFrame(() => {
      isAwaited = false;
      show();
    });
  };
}

/** What an error says, or whatever else was thrown. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
