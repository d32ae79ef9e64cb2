import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as kit from '../src/api.js';
import { ROOT } from './support/sources.js';

/** What own fixes are written with: a name that goes is a broken fix somewhere. A new one is added here. */
const SURFACE = [
  'ABOVE',
  'BELOW',
  'CMAKE_FILES',
  'NotUnderstood',
  'PythonRun',
  'activeRanges',
  'ancestor',
  'ancestors',
  'argumentsOf',
  'askedFor',
  'assignmentsTo',
  'macroOf',
  'constantOf',
  'spelled',
  'holdsCode',
  'behind',
  'bare',
  'baseName',
  'bases',
  'byFile',
  'calledName',
  'calleeName',
  'callCMake',
  'callsOf',
  'canMarkAbove',
  'capabilityChecks',
  'children',
  'classes',
  'comment',
  'cppValue',
  'declarationOf',
  'defineCodemod',
  'descendants',
  'deviceMacros',
  'dimensions',
  'enclosingConditions',
  'enclosingFunction',
  'field',
  'functionsNamed',
  'importedName',
  'holds',
  'indentAt',
  'inlineMark',
  'insert',
  'insertLines',
  'insertLinesAfter',
  'isCompiled',
  'isOurs',
  'isSafe',
  'joinLines',
  'keyword',
  'keywordValue',
  'leafValues',
  'lineEnd',
  'lineNumber',
  'lineStart',
  'holding',
  'beyondParentheses',
  'onlyCompiled',
  'locate',
  'mark',
  'markAbove',
  'markBehind',
  'matching',
  'mentionsCapability',
  'methods',
  'moduleFunctions',
  'nameOf',
  'newlineOf',
  'nextLine',
  'onDevice',
  'onPlatform',
  'operandsWith',
  'operatorOf',
  'parameters',
  'parseAll',
  'parseArch',
  'positional',
  'pythonValue',
  'readAll',
  'readCMake',
  'readConversion',
  'replace',
  'replaceMarked',
  'runsOnGB10',
  'same',
  'sameCode',
  'search',
  'searchParsed',
  'sizeOf',
  'splitArchs',
  'statements',
  'stringValue',
  'suffixed',
  'textOf',
  'tokensOf',
  'truth',
  'valueOn',
  'withMarks',
];

describe('dgx-patch/api', () => {
  it('holds all that it held', () => {
    const names = new Set(Object.keys(kit));
    expect(SURFACE.filter((name) => !names.has(name))).toEqual([]);
  });

  it('holds nothing that is not written down here', () => {
    expect(Object.keys(kit).filter((name) => !SURFACE.includes(name))).toEqual([]);
  });

  it('is what the package exports, with its types', () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    expect(exports['./api']).toEqual({ types: './dist/src/api.d.ts', default: './dist/src/api.js' });
  });
});
