/** Property tests draw the same cases for every mutant, so that a score can be repeated. */
import fc from "fast-check";

fc.configureGlobal({ seed: 20_261_123, maxSkipsPerRun: 10_000 });
