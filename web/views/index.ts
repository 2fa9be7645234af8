/**
 * @file All that draws. A page has it as a part of its own, which it runs when it first shows a view.
 */
export { mountAcdc } from "./acdc/acdc.ts";
export { mountAttention } from "./attention/attention.ts";
export { mountBoard } from "./board/board.ts";
export { mountCircuit } from "./circuit/circuit.ts";
export { mountCircuitMap } from "./circuit-map.ts";
export { mountMethods } from "./compare/methods.ts";
export { mountFlow } from "./flow/flow.ts";
export { mountGame } from "./game/game.ts";
export { mountInputEditor } from "./input/editor.ts";
export { mountMasks } from "./masks/masks.ts";
export { mountNode } from "./node/node.ts";
export { mountPatch } from "./patch/patch.ts";
export { mountPath } from "./path/path.ts";
export { mountStepper } from "./stepper/stepper.ts";
export { mountHistory } from "./training/history.ts";
export { mountTraining } from "./training/training.ts";
export { truthPicture } from "./truth-picture.ts";
export { mountWriter } from "./write/write.ts";
