/**
 * The public door: all that a fix, built in or of one's own, is written with. Judging is pure: nothing here
 * reads a disk, runs a process or knows an environment.
 */
export { defineCodemod } from './codemod/define.js';
export type { Effect } from './codemod/effect.js';
export { parseAll, searchParsed } from './codemod/find.js';
export type { Gap } from './codemod/gap.js';
export {
  canMarkAbove,
  comment,
  inlineMark,
  isOurs,
  mark,
  markAbove,
  markBehind,
  replaceMarked,
  withMarks,
} from './codemod/marks.js';
export type { Refusal, Trace, Warning } from './codemod/refusal.js';
export type {
  Codemod,
  CodemodMeta,
  Finding,
  JudgeContext,
  Outcome,
  Reason,
  Site,
  SiteState,
  Spot,
} from './codemod/types.js';
export { parseArch, runsOnGB10, splitArchs } from './evaluate/arch.js';
export { callCMake } from './evaluate/cmake/call.js';
export {
  ABOVE,
  BELOW,
  type LeafValue,
  leafValues,
  mentionsCapability,
  valueOn,
} from './evaluate/cpp/capability.js';
export { constantOf, declarationOf, macroOf } from './evaluate/cpp/definition.js';
export { type Amount, type CppMeaning, cppValue } from './evaluate/cpp/expression.js';
export { dimensions, operandsWith, type Sizes, sizeOf } from './evaluate/cpp/sizes.js';
export { type ConversionAsm, readConversion } from './evaluate/e2m1/conversion.js';
export type { ArchIntersection, BuildGraph, ExtensionTarget, KernelGroup } from './evaluate/graph.js';
export { activeRanges, deviceMacros, isCompiled, onlyCompiled } from './evaluate/preprocessor/activity.js';
export { behind } from './evaluate/python/definition.js';
export { askedFor, capabilityChecks, onDevice, onPlatform } from './evaluate/python/device.js';
export { type Meaning, pythonValue } from './evaluate/python/expression.js';
export { type End, NotUnderstood, PythonRun } from './evaluate/python/run.js';
export { holds, type Known, same, truth, type Value } from './evaluate/value.js';
export type { Build } from './source/build.js';
export {
  type ByteRange,
  byFile,
  type Edit,
  insert,
  insertLines,
  insertLinesAfter,
  replace,
} from './source/edits.js';
export type { SourceFile } from './source/file.js';
export { holding, locate, matching, readAll, search } from './source/locate.js';
export type { Project } from './source/project.js';
export { indentAt, joinLines, lineEnd, lineNumber, lineStart, newlineOf, nextLine } from './source/text.js';
export {
  CMAKE_FILES,
  type CMakeArgument,
  type CMakeCommand,
  type CMakeFile,
  readCMake,
} from './syntax/cmake.js';
export { argumentsOf, baseName, calledName, operatorOf, tokensOf } from './syntax/cpp.js';
export type { Document, Node } from './syntax/document.js';
export { holdsCode, spelled } from './syntax/lexical.js';
export { enclosingConditions } from './syntax/preprocessor.js';
export {
  assignmentsTo,
  bases,
  calleeName,
  callsOf,
  classes,
  enclosingFunction,
  functionsNamed,
  importedName,
  keyword,
  keywordValue,
  methods,
  moduleFunctions,
  nameOf,
  parameters,
  positional,
  sameCode,
  statements,
  stringValue,
  suffixed,
} from './syntax/python.js';
export {
  ancestor,
  ancestors,
  bare,
  beyondParentheses,
  children,
  descendants,
  field,
  isSafe,
  textOf,
} from './syntax/query.js';
