import { join } from "node:path";
import type { Case } from "../../cases/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { folderModel } from "../folder.ts";
import type { FoundModel, ModelRequest } from "../found.ts";
import { hashOfCase } from "../identity.ts";
import type { SourceOf } from "../source.ts";
import { packagedZoo, readZoo, readZooFile, type ZooEntry } from "./index-file.ts";

/** The models of a zoo for a case, by seed. */
export function zooEntries(folder: string, case_: Case): readonly ZooEntry[] {
  const named = readZoo(folder).models.filter(({ id }) => id === case_.id);
  if (named.length === 0) return [];
  const own = hashOfCase(case_);
  return named.filter((entry) => entry.case === own);
}

/**
 * The model of a zoo for a case, of the seed that is asked for or the first there is. All its files are
 * compared with the index. `E_MODEL` if there is none, `E_ZOO` for one that was changed.
 */
export function zooModel(
  source: SourceOf<"zoo">,
  case_: Case,
  { zoo = packagedZoo(), ...request }: ModelRequest,
): FoundModel {
  const entries = zooEntries(zoo, case_);
  const entry = entries.find(({ seed }) => source.seed === undefined || seed === source.seed);
  if (entry === undefined) {
    const seeds = entries.map(({ seed }) => `zoo:seed${seed}`);
    const record = readZoo(zoo).records.find(
      ({ id, seed }) => id === case_.id && seed === source.seed,
    );
    throw new InterpBenchError("E_MODEL", `the zoo has no such model of case "${case_.id}"`, {
      at: zoo,
      ...(seeds.length > 0 && { expected: seeds.join(" or ") }),
      received: source.seed === undefined ? "no model of the case" : `seed ${source.seed}`,
      hint:
        record === undefined
          ? (request.advice?.untrained ?? "Train one.")
          : `It was trained, but is not kept. Make it anew: zoo build ${record.id} --seeds ${record.seed} --zoo FOLDER, then --model FOLDER/${record.id}-seed${record.seed}.`,
    });
  }
  for (const name of Object.keys(entry.files)) readZooFile(zoo, entry, name);
  const found = folderModel(join(zoo, entry.folder), request, {
    storedName: `zoo:seed${entry.seed}`,
  });
  return {
    ...found,
    origin: { kind: "zoo", folder: join(zoo, entry.folder) },
    remarks: [...found.remarks, ...entry.caveats],
  };
}

/** What to know before relying on the model of a zoo with this hash; nothing for other models. */
export function zooCaveats(sha256: string, folder: string = packagedZoo()): readonly string[] {
  return readZoo(folder).models.find((entry) => entry.sha256 === sha256)?.caveats ?? [];
}
