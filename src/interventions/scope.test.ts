import { describe, expect, it } from "vitest";
import { countingBackend } from "../engine/counting.testing.ts";
import { withScope } from "./scope.ts";

describe("a scope", () => {
  it("frees everything, each thing once, also when the work fails", async () => {
    const { backend, alive } = countingBackend();
    const failing = withScope(backend, (scope) => {
      scope.release(scope.buffer(3));
      scope.buffer(4);
      expect(alive()).toBe(1);
      throw new Error("failed");
    });
    await expect(failing).rejects.toThrow("failed");
    expect(alive()).toBe(0);
  });
});
