import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../io.testing.ts";
import { loadRegistry } from "../registry.ts";
import { MISSING_COMMANDS, NOT_YET_PAGE } from "./not-yet.ts";

const page = readFileSync(new URL(`../../../${NOT_YET_PAGE}`, import.meta.url), "utf8");

describe("a command that is not offered yet", () => {
  it.each(MISSING_COMMANDS.map(({ name }) => name))(
    "%s is on the page, which it names",
    async (name) => {
      expect(page).toContain(`\`${name}\``);
      const { exitCode, stderr } = await run([...name.split(" "), "-i", "3"]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`E_COMMAND: "${name}" is not offered yet`);
      expect(stderr).toContain(`See ${NOT_YET_PAGE}`);
    },
  );

  it("is none that is offered", async () => {
    const offered = (await loadRegistry()).commands.map(({ path }) => path.join(" "));
    const missing = MISSING_COMMANDS.map(({ name }) => name);
    expect(missing.filter((name) => offered.includes(name))).toEqual([]);
    expect(missing.filter((name) => offered.some((other) => other.startsWith(`${name} `)))).toEqual(
      [],
    );
  });

  it("may be spelt in capitals", async () => {
    expect((await run(["Status"])).stderr).toContain('"status" is not offered yet');
  });
});
