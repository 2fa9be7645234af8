import type { Vocabulary, WordOptions } from "../vocabulary.ts";

/** Some words that were drawn, with others. */
const vocabularies =
  (drawnWords: WordOptions, text: string) =>
  (...others: string[]): Vocabulary => ({ values: [...text.split(" "), ...others], drawnWords });

const TEN_WORDS = "bVrp iVgRV fLBcbfno MbJmTPSI oCLrZaW SBvrj Wvgfy wwMq UDIh fJsONxK";

/** The original's random words: what `words()` draws, and `others`. */
export const shortWords = vocabularies(
  { minChars: 1, maxChars: 8, minWords: 5, maxWords: 20 },
  "V poiVg LB b no J TPSI oCLrZaW",
);

/** Few of at least four letters: what `words({ minChars: 4, maxWords: 10 })` draws. */
export const tenWords = vocabularies(
  { minChars: 4, maxChars: 8, minWords: 5, maxWords: 10 },
  TEN_WORDS,
);

/** Many of at least four letters: what `words({ minChars: 4, maxWords: 50 })` draws. */
export const manyWords = vocabularies(
  { minChars: 4, maxChars: 8, minWords: 5, maxWords: 50 },
  `${TEN_WORDS} TecQo fogyrD kxwnQr MOkI kDyrO oRuXXdoc zrenKT nPFzPD qipVJ qVLBLzxo GFfWd jOkY MeyyMDH JaRUhR WrXPvhsB DaUUq WlGgOtOG mjxWkIXH MuFb xZtp pKff eWIXiiQ JkqHMBn WUSmTtzQ CHChpo vbLJ LoaeT oecv GprQ nIiUKKE YEZAm gQBw ADUdRPP dzUv pmmI`,
);
