import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { InterpBenchError, reasonOf } from "../../errors/index.ts";
import { decodeContent, type FileContent } from "../../formats/index.ts";
import { readWithin } from "../../store/index.ts";
import { type FileRankingOptions, rankingOfCircuit } from "./from-circuit.ts";
import { rankingOfResult } from "./from-result.ts";
import type { GivenRanking } from "./given-ranking.ts";

/** What a folder is looked through for, in this order. */
const FILES = ["result.json", "circuit.json"] as const;

/**
 * The ranking of a file or a folder: of a result of `run …`, or of a circuit file, ours or of EAP-IG and MIB.
 *
 * @param at what errors call it
 * @throws InterpBenchError `E_FILE` for what is not there or is neither; what the reader of its format refuses
 */
export function readRanking(
  path: string,
  at: string,
  options: FileRankingOptions = {},
): GivenRanking {
  const content = readContent(path, at);
  if (content.kind === "circuit") return rankingOfCircuit(content.circuit, nameOf(path), options);
  if (content.kind === "document" && content.name.startsWith("run-")) {
    return rankingOfResult(content.document, at);
  }
  throw new InterpBenchError("E_FILE", "the file holds no ranking", {
    at,
    expected: "a result of run NAME, or a circuit file with scores of edges",
    received: content.kind === "document" ? `a result of ${content.name}` : content.kind,
    hint: 'The command "inspect" says what it holds.',
  });
}

/** The content of a file, or of that of a folder that says what the folder is. */
export function readContent(
  path: string,
  at: string,
  files: readonly string[] = FILES,
): FileContent {
  try {
    const isFolder = statSync(path).isDirectory();
    const inside = files.map((name) => join(path, name));
    const chosen = isFolder ? (inside.find(isFile) ?? inside[0]!) : path;
    return decodeContent(readWithin(chosen), at);
  } catch (cause) {
    if (cause instanceof InterpBenchError) throw cause;
    throw new InterpBenchError("E_FILE", "the file cannot be read", {
      at,
      expected: `a file, or a folder with ${files.join(" or ")}`,
      received: reasonOf(cause),
      cause,
    });
  }
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** What a file is called: without folders and without how it ends. */
const nameOf = (path: string) => basename(path).replace(/\.json$/, "");
