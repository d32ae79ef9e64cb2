import type { Budget } from './budget.js';
import { fail } from './error.js';
import { splitList } from './list.js';
import type { Match } from './match.js';
import { leadingInteger } from './number.js';
import { GROUPS } from './pattern.js';
import type { Reference, Template } from './template.js';

/** Values of one scope; a name that is there without a value is unset, whatever the scopes around it hold. */
interface Scope {
  readonly values: Map<string, string | undefined>;
  readonly around: Scope | undefined;
}

/** Variables in scopes, the cache behind them, and an environment that starts empty. */
export class Variables {
  readonly cache = new Map<string, string>();
  readonly environment = new Map<string, string>();
  #scope: Scope = { values: new Map(), around: undefined };

  constructor(readonly budget: Budget) {}

  /** Without the cache. */
  normal(name: string): string | undefined {
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.around) {
      const value = scope.values.get(name);
      if (value !== undefined || scope.values.has(name)) return value;
    }
    return undefined;
  }

  get(name: string): string | undefined {
    return this.normal(name) ?? this.cache.get(name);
  }

  /** The value, or nothing at all. */
  text(name: string): string {
    return this.get(name) ?? '';
  }

  /** The elements of a list, empty ones too; undefined where there is no such variable. */
  list(name: string): string[] | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const items = value === '' ? [] : splitList(value, true);
    this.budget.length(value.length);
    this.budget.items(items.length);
    return items;
  }

  set(name: string, value: string): void {
    this.#scope.values.set(name, this.budget.value(value));
  }

  /** `set` or, without a value, `unset`. */
  put(name: string, value: string | undefined): void {
    if (value === undefined) this.unset(name);
    else this.set(name, value);
  }

  unset(name: string): void {
    this.#scope.values.set(name, undefined);
  }

  /** Sets or unsets in the scope around this one, whose own view stays as it is. Nothing at the outermost. */
  raise(name: string, value: string | undefined): void {
    const { around, values } = this.#scope;
    if (name === '' || !around) return;
    if (!values.has(name)) values.set(name, this.normal(name));
    around.values.set(name, value === undefined ? undefined : this.budget.value(value));
  }

  /** What `return(PROPAGATE …)` and `block(PROPAGATE …)` do. */
  propagate(names: readonly string[]): void {
    for (const name of names) this.raise(name, this.normal(name));
  }

  /** Does `inner` in a scope of its own. */
  scoped<T>(inner: () => T): T {
    const around = this.#scope;
    this.#scope = { values: new Map(), around };
    try {
      return inner();
    } finally {
      this.#scope = around;
    }
  }

  expand(template: Template): string {
    if (template.length === 0) return '';
    if (template.length === 1 && typeof template[0] === 'string') return template[0];
    let text = '';
    for (const part of template) {
      text += typeof part === 'string' ? part : (this.#lookUp(part) ?? '');
      this.budget.fits(text.length);
    }
    this.budget.length(text.length);
    return text;
  }

  #lookUp({ domain, name }: Reference): string | undefined {
    const of = this.expand(name);
    if (of === 'CMAKE_CURRENT_LIST_LINE') fail(`${of} is not evaluated`);
    if (domain === 'variable') return this.get(of);
    return (domain === 'cache' ? this.cache : this.environment).get(of);
  }

  /** Forgets the last match of a pattern: the variables CMAKE_MATCH_n. */
  clearMatches(): void {
    const count = this.get('CMAKE_MATCH_COUNT');
    if (count === undefined) return;
    for (let group = 0; group < GROUPS && group <= leadingInteger(count); group += 1) {
      if (this.text(`CMAKE_MATCH_${group}`) !== '') this.set(`CMAKE_MATCH_${group}`, '');
    }
    this.set('CMAKE_MATCH_COUNT', '0');
  }

  storeMatches({ groups }: Match): void {
    let highest = '';
    for (const [group, text] of groups.entries()) {
      if (text === undefined || text === '') continue;
      this.set(`CMAKE_MATCH_${group}`, text);
      highest = String(group);
    }
    this.set('CMAKE_MATCH_COUNT', highest);
  }
}
