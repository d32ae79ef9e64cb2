import { calculate } from '../arithmetic.js';
import { fail } from '../error.js';
import { type Commands, simple } from './command.js';

export const MATH: Commands = {
  math: simple(({ variables, budget }, args) => {
    const [mode, variable, expression, option, format = 'DECIMAL'] = args;
    if (mode !== 'EXPR') fail(`math does not recognize sub-command ${mode}`);
    if (args.length !== 3 && args.length !== 5) fail('math EXPR called with incorrect arguments.');
    if (option !== undefined && option !== 'OUTPUT_FORMAT')
      fail(`math sub-command EXPR option "${option}" is unknown.`);
    if (format !== 'DECIMAL' && format !== 'HEXADECIMAL')
      fail(`math sub-command EXPR value "${format}" for option "${option}" is invalid.`);
    budget.work(expression!.length * 10);
    const value = calculate(expression!);
    const hexadecimal = `0x${BigInt.asUintN(64, value).toString(16)}`;
    variables.set(variable!, format === 'DECIMAL' ? String(value) : hexadecimal);
  }),
};
