/**
 * The public door: all that a fix, built in or of one's own, is written with. Judging is pure: nothing here
 * reads a disk, runs a process or knows an environment.
 */
export { defineCodemod } from './codemod/define.js';
export { mark } from './codemod/marks.js';
export type { Refusal, Trace, Warning } from './codemod/refusal.js';
export type { Codemod, Finding, JudgeContext, Site, SiteState } from './codemod/types.js';
export { parseArch, runsOnGB10, splitArchs } from './evaluate/arch.js';
export { type ConversionAsm, readConversion } from './evaluate/e2m1/conversion.js';
export type { ArchIntersection, BuildGraph, ExtensionTarget, KernelGroup } from './evaluate/graph.js';
export { activeRanges, deviceMacros, isCompiled } from './evaluate/preprocessor/activity.js';
export type { Build } from './source/build.js';
export { byPath, type Edit } from './source/edits.js';
export type { SourceFile } from './source/file.js';
export { locate, matching, readAll, search } from './source/locate.js';
export type { Project } from './source/project.js';
export { indentAt, joinLines, lineEnd, lineNumber, lineStart, newlineOf, nextLine } from './source/text.js';
export {
  CMAKE_FILES,
  type CMakeArgument,
  type CMakeCommand,
  type CMakeFile,
  readCMake,
} from './syntax/cmake.js';
export type { Document, Node } from './syntax/document.js';
export { enclosingConditions } from './syntax/preprocessor.js';
export {
  assignmentsTo,
  bare,
  bases,
  calleeName,
  callsOf,
  classes,
  enclosingFunction,
  keyword,
  keywordValue,
  methods,
  nameOf,
  parameters,
  positional,
  sameCode,
  statements,
  stringValue,
  suffixed,
} from './syntax/python.js';
export { ancestor, ancestors, descendants, field, isSafe, textOf } from './syntax/query.js';
