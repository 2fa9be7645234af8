/** What a code tells: when it comes, and what to do about it. One sentence each. */
export interface CodeFacts {
  readonly when: string;
  readonly remedy: string;
}

/**
 * The codes of all errors. They are stable: a program may decide by them. `docs/errors.md` is made of
 * this list.
 */
export const ERROR_CODES = {
  E_ABLATION: {
    when: "There is no ablation of this name, or the values given for a hook point do not fit.",
    remedy:
      "Use one of the names that are suggested; give finite numbers `[pos, …]` for every place that is ablated.",
  },
  E_ALGORITHM: {
    when: "No algorithm has this name.",
    remedy: "Take one of those that `interpbench run --help` lists.",
  },
  E_ARGUMENT: {
    when: "An argument of a command is missing, or there are too many.",
    remedy: "Look at the first line of the command's `--help`; quote what holds spaces.",
  },
  E_ARTIFACT: {
    when: "A stored result is damaged or was changed by hand; it is passed over.",
    remedy: "Nothing: the command that made it makes it again, beside the damaged one.",
  },
  E_BACKEND: {
    when: "No backend has this name, or the one that was asked for cannot run here.",
    remedy: "See `interpbench doctor`; `--backend wasm` runs everywhere.",
  },
  E_BINDING: {
    when: "A run is not given the inputs, scalars or buffers that its program reads.",
    remedy: "Bind what the message names, with as many values as it says.",
  },
  E_BUSY: {
    when: "Another process is making the same result.",
    remedy: "Wait for it; commands do so by themselves.",
  },
  E_CASE: {
    when: "No case has this id, or the definition of a case of one's own contradicts itself, or its functions do not work.",
    remedy: "See `interpbench cases list`, or mend the key that the message names.",
  },
  E_CHECKPOINT: {
    when: "A checkpoint is damaged, or of another computation; it is passed over.",
    remedy: "Nothing: an earlier checkpoint is used, or the work begins anew.",
  },
  E_CIRCUIT: {
    when: "A circuit has nodes or edges that the model does not have, or no such circuit exists.",
    remedy: "Compare the layers and heads of the circuit with those of the model.",
  },
  E_CIRCUIT_FILE: {
    when: "A circuit file contradicts itself or is not what its format says.",
    remedy: "Compare the place that the message names with docs/files.md.",
  },
  E_COMMAND: {
    when: "There is no such command, or not in this version.",
    remedy: "See `interpbench --help`, and docs/not-yet.md.",
  },
  E_CONFIG: {
    when: "A configuration (of a transformer, or a `--config` file) is not usable.",
    remedy: "Mend the key that the message names; docs/files.md lists all of them.",
  },
  E_CORRESPONDENCE: {
    when: "A variable has no node that implements it.",
    remedy: "Name at least one place for it.",
  },
  E_DATA: {
    when: "A dataset or a file of prompts is not usable, or a case has too few or too many inputs.",
    remedy: "Mend the row or key that the message names; docs/prompts.md has the format.",
  },
  E_DIVERGED: {
    when: "Training met a loss that is no number, again after going back to the best weights.",
    remedy: "Lower the learning rate or the weights of the losses, or take another seed.",
  },
  E_DTYPE: {
    when: "An array of a file holds values of a kind that is not expected there.",
    remedy: "Store it as F32, F64, F16 or BF16 (integers below 2⁵³ where integers are expected).",
  },
  E_EDGE: {
    when: "A text is no edge.",
    remedy: 'Write it as "from->to", both ends as hook names.',
  },
  E_FILE: {
    when: "A file that a flag names cannot be read, or is of another kind.",
    remedy: "Check its path, its permissions and how its name ends.",
  },
  E_FINISHED: {
    when: "Something would write to a finished result.",
    remedy: "Use the result, or make it again beside this one with `--force`.",
  },
  E_FLAG: {
    when: "A flag is unknown, lacks its value, or does not go with another one.",
    remedy: "See the command's `--help`; the message names the nearest flag.",
  },
  E_FOLDER: {
    when: "The working directory does not exist any more.",
    remedy: "Change to a folder that is there.",
  },
  E_GRADIENT: {
    when: "An operation has no derivative of the order that is asked for.",
    remedy: "Do without second derivatives through it.",
  },
  E_HOOK: {
    when: "The transformer has no such hook point, or it never fires.",
    remedy: "Take a name that the message offers; hooks have TransformerLens's names.",
  },
  E_HUB: {
    when: "The model hub cannot be reached, refuses, or answers what cannot be true; or a model is not in its cache and the network may not be asked.",
    remedy:
      "Run `interpbench pull` where there is a network (`HF_HUB_OFFLINE` forbids it), check the names, set `HF_TOKEN` for what is private, or name a folder with `--model FOLDER`.",
  },
  E_INPUT: {
    when: "An input is too long or short for a case, or holds a token that it does not have.",
    remedy: "`interpbench cases show ID` tells tokens and lengths.",
  },
  E_INSTALL: {
    when: "The package is not complete, or an optional one that is asked for is not there.",
    remedy: "Install what the message names.",
  },
  E_INTERNAL: {
    when: "A fault of interpbench itself.",
    remedy: "Report it with the command and the stack that it prints.",
  },
  E_JSON: {
    when: "A text is no JSON, is nested too deep, or a value cannot be written as JSON.",
    remedy: "Mend the file at the place that the message names.",
  },
  E_KEY: {
    when: "A `--config` file or `--set` has a key that is no option of the command.",
    remedy: "Take the name that the message offers, or the command's `--help`.",
  },
  E_LAYOUT: {
    when: "A picture has a component or an edge that the layout it is to be drawn with does not have.",
    remedy: "Make the layout of a diagram that has all edges of all pictures.",
  },
  E_LOSS: {
    when: "There is no such loss, or it is for outputs of another kind.",
    remedy: "Take a loss that the message lists: some are for classes, some for numbers.",
  },
  E_MEMORY: {
    when: "A program, a batch or the machine has more to hold than the backend's memory.",
    remedy: "Use smaller batches or fewer inputs, or another backend.",
  },
  E_METRIC: {
    when: "A metric is for classes, and the outputs are numbers.",
    remedy: "Take `accuracy`.",
  },
  E_MODEL: {
    when: "No such model is there, it cannot be read, or it does not fit the case.",
    remedy: "Train it with the command that the message gives, or name another with `--model`.",
  },
  E_NAME: {
    when: "A name cannot be translated to a dialect, or cannot name a folder or file.",
    remedy: "Use letters, digits, dots, dashes and underscores; see the names that are offered.",
  },
  E_NODE: {
    when: "A text is no node, or the picture of a model has no place for it.",
    remedy: 'Write it as a hook name, heads in brackets: "blocks.0.attn.hook_result[1]".',
  },
  E_NOT_REACHED: {
    when: "Training ended before its goal; the model is kept, and the exit code is 1.",
    remedy: "Give it more updates or another seed; docs/training.md tells more.",
  },
  E_NPY: {
    when: "A NumPy array of a file is damaged or of a kind that is not supported.",
    remedy: "Save it again with numpy.save, with a dtype that the message lists.",
  },
  E_NUMBER: {
    when: "A weight, a loss, an effect or an output is infinite or no number.",
    remedy: "Look at the weight or place that the message names: does float32 overflow there?",
  },
  E_OPTION: {
    when: "An option of an algorithm or generator is unknown, out of range, or does not go with others.",
    remedy: "Mend the option that the message names.",
  },
  E_OUTPUT: {
    when: "Results or standard output cannot be written.",
    remedy: "Choose a folder you may write to with `-o`; is the disk full?",
  },
  E_PARENT: {
    when: "Something that a job is made from has failed.",
    remedy:
      "Mend what the message tells of that, and run the jobs again: what is done is used again.",
  },
  E_PARQUET: {
    when: "A table cannot be written as Parquet.",
    remedy: "Mend the column that the message names.",
  },
  E_PICKLE: {
    when: "A pickle is damaged, or holds something else than plain data or named tensors.",
    remedy:
      "Save a state dict with torch.save(model.state_dict()), or plain data; docs/files.md tells more.",
  },
  E_PLAN: {
    when: "A plan of a job is not usable: an unknown kind, unknown or wrong options, or a circle.",
    remedy: "Mend the key that the message names; docs/jobs.md shows plans.",
  },
  E_PLUGIN: {
    when: "A plugin file does not load, exports no algorithm, takes a name that is taken, or its algorithm fails.",
    remedy: "Mend what the message names; docs/discovery.md has examples.",
  },
  E_PROGRAM: {
    when: "A file with a program does not load, or a tensor program is badly built.",
    remedy: "Mend what the message names; docs/cases.md and docs/causal-models.md show such files.",
  },
  E_QUEUE: {
    when: "There is no queue at an address, or what comes out of it is not what went in.",
    remedy:
      "Give the address of a Redis that runs: `--queue redis://HOST:6379`; docs/fleets.md shows it.",
  },
  E_RANDOM: {
    when: "Something impossible is to be drawn at random: from nothing, or too much of it.",
    remedy: "Mend the count or the list that is drawn from.",
  },
  E_RASP_AGGREGATE: {
    when: "Selected values have no mean.",
    remedy: "Aggregate numbers and booleans, or select one value at a time.",
  },
  E_RASP_ARGUMENT: {
    when: "A RASP function is given something else than it takes.",
    remedy: "Mend the argument that the message names.",
  },
  E_RASP_ARITHMETIC: {
    when: "A program divides by zero, or does the like, for values that occur.",
    remedy: "Guard the function, or state the inputs that the program is for.",
  },
  E_RASP_EMPTY: {
    when: "An expression never has a value.",
    remedy: "Check what it is made of: every value came out as null.",
  },
  E_RASP_ENCODING: {
    when: "A numerical expression has values that are no numbers, or beyond what float32 holds.",
    remedy: "Make it categorical, or give its functions a number for every argument.",
  },
  E_RASP_FUNCTION: {
    when: "A function of a program threw.",
    remedy: "Mend the function; the message names the arguments.",
  },
  E_RASP_LENGTH: {
    when: "A sequence has another length than the input.",
    remedy: "Return one value for each position.",
  },
  E_RASP_OPERAND: {
    when: "An operator is given two constants, or a selector.",
    remedy: "Compute constants in JavaScript; combine selectors with selectorAnd and the like.",
  },
  E_RASP_TYPE: {
    when: "An operation is not defined for values of these types.",
    remedy: "Convert them first, with map.",
  },
  E_RASP_UNSUPPORTED: {
    when: "A program is valid RASP, but cannot become a transformer.",
    remedy: "The message lists each reason with what to write instead.",
  },
  E_RASP_VALUE: {
    when: "Something is no RASP value.",
    remedy: "Use null, booleans, numbers, strings and arrays of these.",
  },
  E_RECIPE: {
    when: "A training recipe is not usable.",
    remedy: "Mend the field that the message names; docs/training.md lists all.",
  },
  E_SAFETENSORS: {
    when: "A safetensors file is damaged, or names its tensors wrongly.",
    remedy: "Write it again with the safetensors library.",
  },
  E_SCORE: {
    when: "Scores are NaN or missing, or more edges are to be selected than there are.",
    remedy: "Give every edge a number.",
  },
  E_SEED: {
    when: "A seed is not a whole number in the range of its generator.",
    remedy: "Use an integer from 0 to 4294967295.",
  },
  E_SHAPE: {
    when: "Tensors of these shapes do not go together in an operation.",
    remedy: "Compare the shapes in the message with what the operation says it takes.",
  },
  E_SHARD: {
    when: "A part of the work is not written as i/n, or there is no such part.",
    remedy: "Write `--shard 2/10` for the second of ten parts; the first is 1/10.",
  },
  E_STATE: {
    when: "A stored state belongs to another transformer, recipe or computation.",
    remedy: "Remove it to start anew, or go on with what it was made with.",
  },
  E_TASK: {
    when: "The parts of a training or discovery task do not fit together, or one is missing.",
    remedy: "Mend the part that the message names.",
  },
  E_TOKENS: {
    when: "Token ids are not those of the transformer, or a tokens file contradicts itself.",
    remedy: "Use ids from 0 to d_vocab − 1, in rows of equal length.",
  },
  E_TRACR_DIRECTION: {
    when: "A fault of the compiler itself.",
    remedy: "Report it with the program.",
  },
  E_TRACR_INPUT: {
    when: "An input of a compiled program does not begin with BOS, is too long, or has unknown tokens.",
    remedy: "Compare it with the vocabulary and length that the program was compiled for.",
  },
  E_TRACR_OPTION: {
    when: "An option of the compiler is not usable.",
    remedy: "Mend the option that the message names.",
  },
  E_TRACR_SIZE: {
    when: "A program has too many values, or its transformer would be too large.",
    remedy: "Use a smaller vocabulary or shorter inputs, or fewer values in between.",
  },
  E_VALUE: {
    when: "The value of a flag or of `--set` is not valid.",
    remedy: "Give what the message expects.",
  },
  E_WEIGHTS: {
    when: "Weights are missing, too many, or of another shape than the configuration says.",
    remedy: "Compare the weight that the message names with the configuration.",
  },
  E_WORKER: {
    when: "The thread of one case has died; the others go on.",
    remedy: "Run the case alone; if memory was short, with fewer threads.",
  },
  E_ZIP: {
    when: "An archive is damaged, encrypted, or would unpack to too much.",
    remedy: "Download or write it again.",
  },
  E_ZOO: {
    when: "A file of the zoo, or its index, is missing or is not what the index says.",
    remedy: "Install the package again, or make the model anew with `interpbench zoo build -i ID`.",
  },
} as const satisfies Readonly<Record<`E_${string}`, CodeFacts>>;

/** A code of an error. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes of all warnings: the work goes on, but its results may not be what they seem. */
export const WARNING_CODES = {
  W_CASE_DISAGREES: {
    when: "A case's compiled transformer says something else than its program on some inputs.",
    remedy: "`interpbench compile` names the inputs and, where it is known, the cause.",
  },
  W_CASE_STOPS: {
    when: "A case's program has no value, or throws, on some of its inputs.",
    remedy: 'Guard the function, or state the inputs it is for with the key "inputs".',
  },
  W_TRACR_ARITHMETIC: {
    when: "A function has no value for an argument that may occur.",
    remedy: "Guard it, or state the inputs that the program is for.",
  },
  W_TRACR_AVERAGE: {
    when: "A categorical aggregate averages different categories.",
    remedy: "Let its selector choose one position, or equal values.",
  },
  W_TRACR_BOS: {
    when: "An expression has a value at BOS, too, where attention finds it.",
    remedy: "Read a categorical expression that is null at BOS.",
  },
  W_TRACR_MEAN: {
    when: "A function of numbers meets averages that the value set does not hold.",
    remedy: "Aggregate values whose averages are in the set, or map before averaging.",
  },
  W_TRACR_NEGATIVE: {
    when: "A numerical map of a categorical expression writes negative numbers, which a ReLU loses.",
    remedy: "Shift the numbers so that none is negative.",
  },
  W_TRACR_SOFT: {
    when: "Attention is not saturated, since scores are divided by √d_head.",
    remedy: "Use a smaller vocabulary or shorter inputs.",
  },
  W_TRACR_STEP: {
    when: "A function of numbers has steps that lie closer than its neurons are steep.",
    remedy: "Raise mlpExactness, or use values that lie further apart.",
  },
  W_TRACR_STOPS: {
    when: "A program stops with an error on some inputs, where its transformer goes on.",
    remedy: "Give it a value there, or state the inputs that it is for.",
  },
  W_TRACR_WIDTH: {
    when: "Selector widths blur into each other on long inputs.",
    remedy: "Use shorter inputs, or raise mlpExactness.",
  },
} as const satisfies Readonly<Record<`W_${string}`, CodeFacts>>;

/** A code of a warning. */
export type WarningCode = keyof typeof WARNING_CODES;
