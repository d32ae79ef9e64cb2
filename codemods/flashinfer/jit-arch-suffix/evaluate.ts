import { field, type Node, textOf } from '../../../src/api.js';

/** Values of the little Python that arch lists are read with. */
export type Value = number | string | boolean | null | readonly Value[];

/** The code uses something that this evaluator does not know: the caller must not guess. */
export class NotUnderstood extends Error {}

/** What a run may call: functions by their bare name, methods of `self` and others by `.name`. */
export type Calls = (name: string, args: readonly Value[]) => Value | undefined;

class Returned extends Error {
  constructor(readonly value: Value) {
    super('return');
  }
}

/** Runs plain Python statements: assignments, conditions, string methods, and calls that the caller knows. */
export class Evaluator {
  constructor(
    readonly text: string,
    readonly calls: Calls,
    readonly names: Map<string, Value> = new Map(),
  ) {}

  run(block: Node): void {
    for (const node of block.namedChildren) if (node) this.#statement(node);
  }

  /** Runs a function's body; its value is what it returns. */
  result(body: Node): Value {
    try {
      this.run(body);
      return null;
    } catch (error) {
      if (error instanceof Returned) return error.value;
      throw error;
    }
  }

  #fail(node: Node): never {
    throw new NotUnderstood(textOf(node, this.text).split('\n')[0]);
  }

  #statement(node: Node): void {
    switch (node.type) {
      case 'comment':
      case 'import_from_statement':
      case 'pass_statement':
        return;
      case 'expression_statement': {
        const [inner] = node.namedChildren;
        if (inner?.type === 'assignment')
          this.#assign(field(inner, 'left')!, this.value(field(inner, 'right')!));
        else if (inner?.type === 'augmented_assignment') this.#augment(inner);
        else if (inner && inner.type !== 'string') this.value(inner);
        return;
      }
      case 'if_statement':
        this.#if(node);
        return;
      case 'return_statement':
        throw new Returned(node.namedChildren[0] ? this.value(node.namedChildren[0]) : null);
      default:
        this.#fail(node);
    }
  }

  #assign(target: Node, value: Value): void {
    if (target.type === 'identifier') this.names.set(textOf(target, this.text), value);
    else if (/^(?:pattern_list|tuple_pattern)$/.test(target.type) && Array.isArray(value)) {
      const targets = target.namedChildren;
      if (targets.length !== value.length) this.#fail(target);
      for (const [index, each] of targets.entries()) this.#assign(each!, value[index]!);
    } else this.#fail(target);
  }

  #augment(node: Node): void {
    const left = field(node, 'left')!;
    if (textOf(field(node, 'operator')!, this.text) !== '+=') this.#fail(node);
    this.#assign(left, this.#add(this.value(left), this.value(field(node, 'right')!), node));
  }

  #if(node: Node): void {
    const branch = truth(this.value(field(node, 'condition')!))
      ? field(node, 'consequence')
      : this.#alternative(node.childrenForFieldName('alternative'));
    if (branch) this.run(branch);
  }

  /** The body of the first `elif` that holds, or of the `else`. */
  #alternative(clauses: readonly (Node | null)[]): Node | undefined {
    for (const clause of clauses) {
      if (clause?.type === 'else_clause') return field(clause, 'body');
      if (clause && truth(this.value(field(clause, 'condition')!))) return field(clause, 'consequence');
    }
    return undefined;
  }

  value(node: Node): Value {
    const text = textOf(node, this.text);
    switch (node.type) {
      case 'integer':
        return Number(text);
      case 'true':
      case 'false':
        return node.type === 'true';
      case 'none':
        return null;
      case 'string':
        return this.#string(node);
      case 'identifier':
        return this.names.get(text) ?? this.#fail(node);
      case 'tuple':
      case 'list':
        return node.namedChildren.map((child) => this.value(child!));
      case 'parenthesized_expression':
        return this.value(node.namedChildren[0]!);
      case 'subscript':
        return this.#item(node);
      case 'not_operator':
        return !truth(this.value(field(node, 'argument')!));
      case 'boolean_operator': {
        const left = this.value(field(node, 'left')!);
        const both = textOf(field(node, 'operator')!, this.text) === 'and';
        return truth(left) === both ? this.value(field(node, 'right')!) : left;
      }
      case 'binary_operator': {
        if (textOf(field(node, 'operator')!, this.text) !== '+') this.#fail(node);
        return this.#add(this.value(field(node, 'left')!), this.value(field(node, 'right')!), node);
      }
      case 'unary_operator':
        return -Number(this.value(field(node, 'argument')!));
      case 'comparison_operator':
        return this.#compare(node);
      case 'conditional_expression': {
        const [yes, condition, no] = node.namedChildren;
        return this.value(truth(this.value(condition!)) ? yes! : no!);
      }
      case 'call':
        return this.#call(node);
      default:
        this.#fail(node);
    }
  }

  /** A plain string, or an f-string of plain values. */
  #string(node: Node): string {
    const parts = node.namedChildren.map((child) => {
      if (child?.type === 'string_content') return textOf(child, this.text);
      const inner = child?.type === 'interpolation' ? field(child, 'expression') : undefined;
      return inner ? String(this.value(inner)) : '';
    });
    return parts.join('');
  }

  #item(node: Node): Value {
    const holder = this.value(field(node, 'value')!);
    const index = this.value(field(node, 'subscript')!);
    if ((typeof holder !== 'string' && !Array.isArray(holder)) || typeof index !== 'number') this.#fail(node);
    return (holder as readonly Value[]).at(index) ?? this.#fail(node);
  }

  #add(left: Value, right: Value, node: Node): Value {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    if (typeof left === 'number' && typeof right === 'number') return left + right;
    this.#fail(node);
  }

  #compare(node: Node): boolean {
    const [left, right, ...more] = node.namedChildren.map((child) => this.value(child!));
    if (left === undefined || right === undefined || more.length > 0) this.#fail(node);
    const operator = node.children
      .filter((child) => child && !child.isNamed)
      .map((child) => child!.type)
      .join(' ');
    switch (operator) {
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '>=':
        return left! >= right!;
      case '<=':
        return left! <= right!;
      case '>':
        return left! > right!;
      case '<':
        return left! < right!;
      case 'in':
      case 'not in': {
        const among =
          typeof right === 'string' ? right.includes(String(left)) : (right as Value[]).includes(left);
        return among === (operator === 'in');
      }
      default:
        this.#fail(node);
    }
  }

  #call(node: Node): Value {
    const callee = field(node, 'function')!;
    const args = field(node, 'arguments')!.namedChildren.filter((child) => child?.type !== 'comment');
    const values = args.map((argument) => this.value(argument!));
    if (callee.type === 'identifier') {
      const name = textOf(callee, this.text);
      if (name === 'int') return Number.parseInt(String(values[0]), 10);
      if (name === 'str') return String(values[0]);
      return this.calls(name, values) ?? this.#fail(node);
    }
    const name = textOf(field(callee, 'attribute')!, this.text);
    const object = field(callee, 'object')!;
    const known = this.calls(`.${name}`, values);
    if (known !== undefined) return known;
    return method(name, this.value(object), values) ?? this.#fail(node);
  }
}

const truth = (value: Value): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** Methods of `str` that arch lists are taken apart with. */
function method(name: string, object: Value, [argument]: readonly Value[]): Value | undefined {
  if (typeof object !== 'string') return undefined;
  switch (name) {
    case 'split':
      return argument === undefined ? object.trim().split(/\s+/) : object.split(String(argument));
    case 'strip':
      return object.trim();
    case 'isdigit':
      return /^\d+$/.test(object);
    case 'isalpha':
      return /^[A-Za-z]+$/.test(object);
    case 'endswith':
      return (Array.isArray(argument) ? argument : [argument]).some((end) => object.endsWith(String(end)));
    case 'lower':
      return object.toLowerCase();
    default:
      return undefined;
  }
}
