import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publishFile, writeFileAtomic } from "./atomic.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "atomic-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("writing", () => {
  it("leaves the old content and no temporary file when the new one cannot be placed", () => {
    mkdirSync(join(root, "taken"));
    expect(() => writeFileAtomic(join(root, "taken"), "x")).toThrow(
      expect.objectContaining({
        code: "E_OUTPUT",
        message: expect.stringContaining("cannot write to the output folder"),
      }),
    );
    expect(readdirSync(root)).toEqual(["taken"]);
  });

  it("publishes once", () => {
    const path = join(root, "file");
    expect(publishFile(path, "first")).toBe(true);
    expect(publishFile(path, "second")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("first");
    expect(readdirSync(root)).toEqual(["file"]);
  });
});
