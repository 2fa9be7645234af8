import { NAMES } from "./tokens.ts";

/** The number of tokens that GPT-2 has. */
export const GPT2_VOCABULARY = 50257;

/** The ids of {@link NAMES}, in their order. */
const NAME_IDS: readonly number[] = [
  "3899 12803 17352 9308 20899 16348 20700 23040 7806 3271 3700 5199 1757 7212 6858 6047 14328",
  "8982 10799 10490 3977 11232 26085 8403 25176 20320 9953 24253 7651 10674 7244 27616 24164",
  "7939 8239 5658 22283 33673 14316 15984 16753 25672 21896 48773 39808 6219 48685 19627 14235",
  "12969 16738 40928 11753 14533 2940 17608 12139 7516 23489 12806 7970 9925 11465 28894 17826",
  "9077 34778 18106 24799 37616 3362 17799 14886 4746 32719 23174 20653 45187 5335 19804 15378",
  "23632 17857 30334 44467 5264 10009 18033 24721 33127 28108 42100 36677 26088 39607 27035",
  "33461 16182 17100",
]
  .join(" ")
  .split(" ")
  .map(Number);

/** The ids of the other tokens of IOI prompts. */
const WORD_IDS: Readonly<Record<string, number>> = {
  Then: 6423,
  ",": 11,
  " and": 290,
  " went": 1816,
  " to": 284,
  " the": 262,
  " store": 3650,
  " market": 1910,
  ".": 13,
  " gave": 2921,
  " milk": 7545,
  " eggs": 9653,
  " bread": 8509,
  " a": 257,
  " ring": 5858,
  " garden": 11376,
  " kiss": 9245,
  " restaurant": 7072,
  " bone": 9970,
  " school": 1524,
  " basketball": 9669,
  " hospital": 4436,
  " computer": 3644,
  " office": 2607,
  " necklace": 38987,
  " house": 2156,
  " drink": 4144,
  " station": 4429,
  " snack": 26906,
  " had": 550,
  " lot": 1256,
  " of": 286,
  " fun": 1257,
  " at": 379,
  " were": 547,
  " working": 1762,
  " decided": 3066,
  " give": 1577,
  " thinking": 3612,
  " about": 546,
  " going": 1016,
  " wanted": 2227,
  " long": 890,
  " argument": 4578,
  " afterwards": 12979,
  " said": 531,
  After: 3260,
  When: 2215,
  " got": 1392,
  " it": 340,
  While: 3633,
  " commuting": 45309,
  " lunch": 9965,
  wards: 2017,
  " Afterwards": 39063,
  The: 464,
  Friends: 36705,
  " found": 1043,
  " after": 706,
  " that": 326,
  " arrived": 5284,
  "<|endoftext|>": 50256,
};

/** The ids of the tokens of IOI prompts in GPT-2's vocabulary. */
export const GPT2_IDS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(NAMES.map((name, i) => [name, NAME_IDS[i]!])),
  ...WORD_IDS,
};
