/** @file The catalogue: every case, in numeric order. A case that is not listed here does not exist. */
import type { Case } from "../case.ts";
import { case7, case18 } from "./counting.ts";
import { case3, case4 } from "./fractions.ts";
import { case13 } from "./neighbours.ts";

/** All cases in numeric order. */
export const CATALOGUE: readonly Case[] = Object.freeze([case3, case4, case7, case13, case18]);
