import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { getCase } from "../../cases/index.ts";
import { packagedZoo, readZoo } from "../../models/index.ts";
import { jobContext } from "../context.ts";
import { DEFAULT_ENGINE } from "../engine.ts";
import { buildZoo } from "./build.ts";
import { verifyZoo } from "./verify.ts";

it("records what a model comes to, keeps it from finished work, and bears out what its index claims", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zoo-build-"));
  try {
    const [zoo, context] = [join(folder, "zoo"), jobContext(join(folder, "results"))];
    const work = [{ case_: getCase("106"), seed: 1 }];
    const engine = DEFAULT_ENGINE;
    const recorded = await buildZoo(zoo, work, context, { engine, record: true });
    expect(recorded.failures).toEqual([]);
    expect(readZoo(zoo)).toMatchObject({ models: [], records: recorded.entries });

    const built = await buildZoo(zoo, work, context, { engine });
    const { models, records } = readZoo(zoo);
    expect([models, records]).toEqual([built.entries, []]);
    expect(models[0]).toMatchObject(recorded.entries[0]!);

    const packaged = readZoo(packagedZoo()).models.find(({ id }) => id === "106")!;
    if (packaged.backend === models[0]!.backend) expect(models[0]!.sha256).toBe(packaged.sha256);

    expect((await verifyZoo(zoo, models, context, { engine })).failures).toEqual([]);
    const one = models[0]!;
    for (const claim of [
      { accuracies: { ...one.accuracies, iia: 0.5 } },
      { caveats: ["it is said to be odd"] },
      { updates: 1 },
      { sha256: "0".repeat(64) },
    ]) {
      const { failures } = await verifyZoo(zoo, [{ ...one, ...claim }], context, { engine });
      const at = `case "106", seed 1: ${Object.keys(claim)}`;
      expect(failures.map(({ error }) => error)).toMatchObject([{ code: "E_ZOO", at }]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
