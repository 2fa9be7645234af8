import { unknownNameError } from "../../errors/index.ts";
import * as rasp from "../../rasp/index.ts";

/** What JavaScript itself looks for on objects and modules. */
const ASKED_BY_THE_LANGUAGE: readonly string[] = ["__esModule", "default", "then", "toJSON"];

/**
 * The RASP library as program files get it: a name it does not have is the error `E_PROGRAM` with the
 * nearest ones, instead of `undefined` that fails later.
 */
export const raspLibrary: typeof rasp = new Proxy(
  { ...rasp },
  {
    get(library, name, receiver) {
      const isKnown = typeof name === "symbol" || name in library;
      if (isKnown || ASKED_BY_THE_LANGUAGE.includes(name))
        return Reflect.get(library, name, receiver);
      throw unknownNameError("E_PROGRAM", "RASP function", name, Object.keys(library));
    },
  },
);
