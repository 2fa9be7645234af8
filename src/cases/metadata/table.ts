import type { CaseMetadata } from "./case-metadata.ts";

/** What a cell of the table holds; null is "no value". */
export type MetadataCell = string | number | boolean | null;

/** A column of the table: one value for each case. */
export interface MetadataColumn {
  readonly name: string;
  readonly values: readonly MetadataCell[];
}

/**
 * Metadata of cases as a flat table: `transformer_cfg.n_layers` for nested keys, lists joined by
 * commas. Columns in which no case has a value are left out, and so is `files`, whose addresses
 * have columns of their own.
 */
export function metadataTable(cases: readonly CaseMetadata[]): readonly MetadataColumn[] {
  const rows = cases.map(({ files: _, ...metadata }) => new Map(flatten(metadata)));
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return names
    .map((name) => ({ name, values: rows.map((row) => row.get(name) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null));
}

function flatten(value: object, prefix = ""): [string, MetadataCell][] {
  return Object.entries(value).flatMap(([key, member]): [string, MetadataCell][] => {
    const name = `${prefix}${key}`;
    if (Array.isArray(member)) return [[name, member.length === 0 ? null : member.join(",")]];
    if (typeof member === "object" && member !== null) return flatten(member, `${name}.`);
    return [[name, member as MetadataCell]];
  });
}
