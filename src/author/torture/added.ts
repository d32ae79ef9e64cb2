/** The names that mutations bring into a source. None of them may mean anything else in it. */

/** What a value goes through. */
export const LOCAL = 'held_value';
/** What a condition goes through, called with nothing. */
export const HELPER = 'held_check';
/** What a number goes through. */
export const CONSTANT = 'HELD_NUMBER';
/** Gives back what it decorates. */
export const DECORATOR = 'held_decorator';
/** A base without members. */
export const MIXIN = 'HeldMixin';
/** A class that nobody makes. */
export const LOOK_ALIKE = 'HeldLookAlike';
/** Text that is never read. */
export const NOISE_NAME = '_TEXT_OF_NOISE';
/** What a renamed local, and an alias, end in. */
export const RENAMED = '_of_here';

/** Names that stand for a value. */
export const STANDS_FOR_VALUE: readonly string[] = [LOCAL, HELPER, CONSTANT];
/** Definitions that do nothing. */
export const IDLE: readonly string[] = [DECORATOR, MIXIN, LOOK_ALIKE, NOISE_NAME];
