import { z } from "zod";
import { identityOf, vocabularyOf, writeModel } from "../../models/index.ts";
import { countParameters } from "../../transformer/index.ts";
import { defineKind } from "../kind.ts";
import { subjectOfCase } from "../subject.ts";
import { caseMembers } from "./case-members.ts";

/** A model of a case with its weights rounded to half precision, as a model folder. */
export const halfKind = defineKind({
  name: "half",
  title: "half precision",
  usesEngine: false,
  config: z.strictObject({}),
  async prepare({ subject }, context) {
    const { case_, model } = await subjectOfCase(subject, context);
    const { transformer, truth, sha256, storedName } = model;
    return {
      case: case_.id,
      config: { model: { name: storedName, sha256 }, case: identityOf(case_) },
      parents: model.parents,
      run: async ({ draft }) => {
        const vocabulary = vocabularyOf(case_);
        writeModel(draft, { transformer, truth, vocabulary }, { half: true });
        return {
          ...caseMembers(case_),
          model: storedName,
          parameters: countParameters(transformer.config),
        };
      },
    };
  },
});
