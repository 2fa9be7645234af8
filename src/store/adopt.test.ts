import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contentOf, openStore, storeId } from "./index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "adopt-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const input = { kind: "square", case: "3", config: { x: 7 } };
const storeIn = (name: string) => openStore(join(folder, name));

/** A finished artefact of another store, and its `result.json`. */
function made() {
  const draft = storeIn("there").begin(input, { seeds: { x: 1 } });
  draft.write("notes.txt", "forty-nine");
  const artifact = draft.finish({ square: 49 });
  return { artifact, result: readFileSync(join(artifact.folder, "result.json")) };
}

describe("what another store has finished", () => {
  it("is taken over byte by byte", () => {
    const { artifact, result } = made();
    const draft = storeIn("here").begin(input);
    draft.write("notes.txt", "forty-nine");
    const taken = draft.adopt(result);
    expect(contentOf(taken)).toBe(contentOf(artifact));
    expect(readFileSync(join(taken.folder, "result.json"))).toEqual(result);
    expect(storeIn("here").find(input)?.provenance).toEqual(artifact.provenance);
  });

  it.each([
    ["other bytes", (draft) => draft.write("notes.txt", "fifty")],
    ["a file too few", () => {}],
    [
      "a file too many",
      (draft) => {
        draft.write("notes.txt", "forty-nine");
        draft.write("more.txt", "");
      },
    ],
  ] as const satisfies readonly [
    string,
    (draft: ReturnType<ReturnType<typeof openStore>["begin"]>) => void,
  ][])("is refused with %s, and nothing is finished", (_, write) => {
    const { result } = made();
    const draft = storeIn("here").begin(input);
    write(draft);
    expect(() => draft.adopt(result)).toThrow("cannot be used");
    draft.release();
    expect(storeIn("here").find(input)).toBeUndefined();
  });

  it("is refused as the result of other work", () => {
    const { result } = made();
    const draft = storeIn("here").begin({ ...input, config: { x: 8 } });
    draft.write("notes.txt", "forty-nine");
    expect(() => draft.adopt(result)).toThrow("cannot be used");
    draft.release();
  });
});

describe("the id of a store", () => {
  it("is made once, and goes with the folder", () => {
    const id = storeId(join(folder, "new/results"));
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(storeId(join(folder, "new/../new/results"))).toBe(id);
    expect(storeId(join(folder, "other"))).not.toBe(id);
    expect(storeIn("other").list()).toEqual([]);
  });

  it("is not made of a file of somebody else", () => {
    mkdirSync(join(folder, "odd"));
    writeFileSync(join(folder, "odd/.store-id"), "mine");
    expect(() => storeId(join(folder, "odd"))).toThrow("not one of ours");
  });
});
