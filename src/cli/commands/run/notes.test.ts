import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "notes-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const textOf = async (line: string) =>
  (await run([...line.split(" "), "--backend", "wasm", "--threads", "1"], { cwd })).stdout;

describe("scores that are all equal, of a transformer that is exactly right", () => {
  const line = "run eap -i 3 --tracr --edge-count 4";

  it("are said to rank nothing, with what does", async () => {
    expect(await textOf(line)).toMatch(
      /All 23 edges have the same score, 0: nothing ranks them.* exactly right, where a loss has no slope\? --integrated-grad-steps .* run exact .*look beyond the clean run\./,
    );
  });

  it.each([`${line} --integrated-grad-steps 5`, "run exact -i 3 --tracr --edge-count 4"])(
    "are told apart by %s",
    async (other) => {
      const text = await textOf(other);
      expect(text).toMatch(/^✓ true positive +3 edges/m);
      expect(text).not.toContain("nothing ranks them");
    },
  );
});
