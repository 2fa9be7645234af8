import "./game.css";
import { parseNode } from "../../../src/circuit/index.ts";
import { boxOfNode } from "../../../src/report/index.ts";
import type { TokenFacts } from "../../engine/methods/cases.ts";
import type { Game } from "../../engine/methods/game.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { messageOf } from "../dom.ts";
import { inputPanel } from "../input/panel.ts";
import { formatInput, parseInput, tokensOf } from "../input/text.ts";
import { latestCalls } from "../latest.ts";
import { outputPicture, outputTable } from "../output-table.ts";
import { gameBoard } from "./board.ts";
import { type PlayedRound, playedRound, roundRows } from "./round.ts";
import { readState, STATE, scoreOf, seedOf } from "./state.ts";

/** Which variable does this node hold? A guess by interchange interventions, with the answer known. */
export const mountGame: Mount<SubjectProps> = (element, first) => {
  const { subject, engine } = first;
  const facts = subject.case!;
  const { model } = subject;
  let props = first;
  let game: Game | undefined;
  let played: PlayedRound | undefined;
  const call = latestCalls();

  const keep: SubjectProps["onState"] = (changes) => props.onState(changes);
  const inputNames = [STATE.input, STATE.other] as const;
  const inputs = inputPanel(facts, engine, ["Input", "Other input"], keep, inputNames);
  const board = gameBoard(inputs.root, {
    hint: (isHinted) => keep({ [STATE.hint]: isHinted ? "on" : undefined }),
    choose: (choice) => {
      if (game === undefined) return;
      const { round, answers } = readState(props.state, game);
      const made = answers.map((one, i) => (i === round ? choice : one) ?? "");
      keep({ [STATE.answers]: made.join(",") });
    },
    next: () => {
      if (game === undefined) return;
      keep({ ...NO_INPUTS, [STATE.round]: String(readState(props.state, game).round + 1) });
    },
    again: () =>
      keep({
        ...NO_INPUTS,
        [STATE.round]: undefined,
        [STATE.answers]: undefined,
        [STATE.seed]: String(seedOf(props.state) + 1),
      }),
  });
  element.append(board.root);

  const roundOf = (found: Game) => found.rounds[readState(props.state, found).round]!;
  const inputsOf = (found: Game) => {
    const drawn = roundOf(found).inputs;
    return inputNames.map(
      (name, i) => parseInput(facts, props.state[name]) ?? tokensOf(facts, drawn[i]!),
    ) as [readonly TokenFacts[], readonly TokenFacts[]];
  };

  const run = async (isOther: boolean) => {
    const isLatest = call();
    try {
      const seed = seedOf(props.state);
      const made = isOther ? undefined : game;
      const asked = made ?? (await engine.call("game", { model: model.ref, seed }));
      if (!isLatest()) return;
      game = asked;
      const chosen = inputsOf(asked);
      inputs.show(chosen);
      const found = await playedRound(first, roundOf(asked).nodes, chosen);
      if (!isLatest()) return;
      played = found;
      show();
    } catch (error) {
      if (!isLatest()) return;
      board.fail(messageOf(error));
    }
  };

  const nodesOf = (found: Game) =>
    roundOf(found)
      .nodes.map((node) => boxOfNode(parseNode(node), model.config))
      .join(" and ");
  const questionOf = (found: Game) => {
    const { round } = readState(props.state, found);
    return `Round ${round + 1} of ${found.rounds.length}: which variable does ${nodesOf(found)} hold?`;
  };
  const rowsOf = (found: Game, seen: PlayedRound) => {
    const { round, answers, isHinted } = readState(props.state, found);
    return roundRows(facts, seen, found, nodesOf(found), isHinted || answers[round] !== undefined);
  };
  const show = () => {
    if (game === undefined || played === undefined) return;
    const table = outputTable(facts, played.input, rowsOf(game, played));
    board.show(game, readState(props.state, game), questionOf(game), table);
  };
  void run(true);

  return {
    update(next) {
      const isOther = seedOf(next.state) !== seedOf(props.state);
      const isMoved = [STATE.round, ...inputNames].some(
        (name) => next.state[name] !== props.state[name],
      );
      props = next;
      if (isOther || isMoved) void run(isOther);
      else show();
    },
    destroy: () => {
      call();
      inputs.destroy();
      element.replaceChildren();
    },
    snapshot: () => ({
      data: game &&
        played && {
          case: facts.id,
          ...readState(props.state, game),
          input: formatInput(facts, played.input),
          score: scoreOf(game, readState(props.state, game)),
        },
      svg:
        game &&
        played &&
        outputPicture(questionOf(game), facts, played.input, rowsOf(game, played)),
    }),
  } satisfies View<SubjectProps>;
};

const NO_INPUTS = { [STATE.input]: undefined, [STATE.other]: undefined };
