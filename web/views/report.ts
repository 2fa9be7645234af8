/**
 * @file All that draws in a report. A page has it as a part of its own, which it runs when it first shows a view.
 */
import { mountAcdc as acdc } from "./acdc/acdc.ts";
import { mountAttention as attention } from "./attention/attention.ts";
import { mountCircuit as circuit } from "./circuit/circuit.ts";
import { prepareSubject } from "./circuit/prepare.ts";
import type { Mount, SubjectProps } from "./contract.ts";
import { mountFlow as flow } from "./flow/flow.ts";
import { mountGame as game } from "./game/game.ts";
import { mountMasks as masks } from "./masks/masks.ts";
import { mountNode as node } from "./node/node.ts";
import { mountPatch as patch } from "./patch/patch.ts";
import { mountPath as path } from "./path/path.ts";
import { mountHistory as history } from "./training/history.ts";

export { mountCircuitMap } from "./circuit-map.ts";
export { mountMethods } from "./compare/methods.ts";
export { copyAs } from "./copy.ts";
export { inTurn } from "./in-turn.ts";
export { mountInputEditor } from "./input/editor.ts";
export { mountStepper } from "./stepper/stepper.ts";
export { mountTraining } from "./training/training.ts";
export { truthPicture } from "./truth-picture.ts";

/** A view of a subject, what all of them begin with being made known before. */
const ofSubject = (mount: Mount<SubjectProps>): Mount<SubjectProps> =>
  Object.assign(mount, { prepare: ({ subject }: SubjectProps) => prepareSubject(subject) });

export const mountAcdc = ofSubject(acdc);
export const mountCircuit = ofSubject(circuit);
export const mountFlow = ofSubject(flow);
export const mountMasks = ofSubject(masks);
export const mountNode = ofSubject(node);
export const mountPath = ofSubject(path);
export const mountAttention = ofSubject(attention);
export const mountGame = ofSubject(game);
export const mountPatch = ofSubject(patch);
export const mountHistory = ofSubject(history);
