#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { processIo } from './io.js';
import { watchOutput } from './output.js';
import { run } from './program.js';

const argv = process.argv.slice(2);

// A run on one target ends before code of the parsers that is optimised pays for the optimising.
if (['status', 'diff', 'apply'].includes(argv[0] ?? '')) setFlagsFromString('--liftoff-only');

watchOutput();
// Not awaited: an executable is one CommonJS file.
run(argv, processIo()).then((code) => {
  process.exitCode = code;
});
