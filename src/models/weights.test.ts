import { expect, it } from "vitest";
import { weightsCode, weightsOfCode } from "./weights.ts";

it("gives the code of the original's weights", () => {
  expect(weightsCode({ iitWeight: 1, behaviorWeight: 1, strictWeight: 0.4 })).toBe("510");
  expect(weightsCode({ iitWeight: 1, behaviorWeight: 0, strictWeight: 0.05 })).toBe("60");
  expect(weightsCode({ iitWeight: 0, behaviorWeight: 1, strictWeight: 0 })).toBe("100");
});

it("finds weights with any code", () => {
  for (let code = 0; code <= 3000; code++) {
    expect(weightsCode(weightsOfCode(String(code)))).toBe(String(code));
  }
});
