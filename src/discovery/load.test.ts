import { describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { allAlgorithms, getAlgorithm, listAlgorithms, loadAlgorithm } from "./index.ts";

describe("the list of algorithms", () => {
  it("has all of them, in their order, with what they say of themselves", () => {
    expect(listAlgorithms()).toEqual(
      allAlgorithms().map(({ name, title, maturity, ranks = "edges" }) => {
        return { name, title, tier: maturity.tier, ranks };
      }),
    );
  });

  it.each(listAlgorithms())("loads $name, by itself or with others", async ({ name }) => {
    expect(await loadAlgorithm(name)).toBe(getAlgorithm(name));
  });

  it("suggests names for unknown ones", async () => {
    const refused = loadAlgorithm("adcd").catch(formatError);
    expect(await refused).toBe('E_ALGORITHM: no algorithm "adcd". Did you mean "acdc"?');
    expect(await loadAlgorithm("constructor").catch(formatError)).toContain("E_ALGORITHM");
  });
});
