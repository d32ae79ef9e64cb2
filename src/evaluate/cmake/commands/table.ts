import type { Command } from '../interpreter.js';
import { ARGUMENTS } from './arguments.js';
import { ASSIGNMENTS } from './assign.js';
import { BLOCKS } from './block.js';
import { CONDITIONAL } from './conditional.js';
import { DEFINITIONS } from './define.js';
import { INCLUDES } from './include.js';
import { LANGUAGE } from './language.js';
import { LISTS } from './list.js';
import { LOOPS } from './loop.js';
import { MATH } from './math.js';
import { MESSAGES } from './message.js';
import { PATHS } from './path.js';
import { POLICIES } from './policy.js';
import { STRINGS } from './string.js';

/** Every command that is evaluated, by its name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [
    ARGUMENTS,
    ASSIGNMENTS,
    BLOCKS,
    CONDITIONAL,
    DEFINITIONS,
    INCLUDES,
    LANGUAGE,
    LISTS,
    LOOPS,
    MATH,
    MESSAGES,
    PATHS,
    POLICIES,
    STRINGS,
  ].flatMap((commands) => Object.entries(commands)),
);
