import type { Mount, View } from "../views/contract.ts";

/** A Svelte action that shows a view: `<div use:mounted={[mountMatrix, props]}></div>`. */
export function mounted<Props>(
  element: HTMLElement,
  [mount, props]: readonly [mount: Mount<Props>, props: Props],
) {
  let view: View<Props> = mount(element, props);
  let shown = mount;
  return {
    update([next, changed]: readonly [mount: Mount<Props>, props: Props]) {
      if (next === shown) view.update(changed);
      else {
        view.destroy();
        view = next(element, changed);
        shown = next;
      }
    },
    destroy: () => view.destroy(),
  };
}
