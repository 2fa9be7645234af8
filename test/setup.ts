import fc from "fast-check";

/** Property tests try the same examples on every run; change the seed to look at others. */
fc.configureGlobal({ seed: 20240719 });
