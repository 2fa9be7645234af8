/**
 * Does `work` on all items, at most `lanes` at a time, in their order, but none before those that it
 * comes after; the results are in the order of the items.
 *
 * If `work` rejects, no further item is begun; when all that have been are at their end, the first
 * error is thrown. `after` must not lead in a circle; what it names besides items is ignored. Default:
 * nothing.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
  after: (item: Item) => readonly Item[] = () => [],
): Promise<Result[]> {
  const results: Result[] = [];
  const errors: unknown[] = [];
  const waiting = [...items.entries()];
  const open = new Set(items);
  let wake = () => {};
  let nextEnd = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const end = (item: Item) => {
    open.delete(item);
    wake();
    nextEnd = new Promise((resolve) => {
      wake = resolve;
    });
  };
  const lane = async () => {
    while (waiting.length > 0 && errors.length === 0) {
      const at = waiting.findIndex(([, item]) => !after(item).some((one) => open.has(one)));
      if (at === -1) {
        await nextEnd;
        continue;
      }
      const [[i, item]] = waiting.splice(at, 1) as [[number, Item]];
      try {
        results[i] = await work(item);
      } catch (error) {
        errors.push(error);
      }
      end(item);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (errors.length > 0) throw errors[0];
  return results;
}
