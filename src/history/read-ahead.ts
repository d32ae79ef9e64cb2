/** How many of a group are read together. */
const GROUP = 16;

/** The items, each group given to `expect` before the group in front of it is gone through. */
export async function* readAhead<T>(items: AsyncIterable<T>, expect: (item: T) => void): AsyncGenerator<T> {
  let [ready, next]: [T[], T[]] = [[], []];
  for await (const item of items) {
    next.push(item);
    if (next.length < GROUP) continue;
    next.forEach(expect);
    yield* ready;
    [ready, next] = [next, []];
  }
  next.forEach(expect);
  yield* ready;
  yield* next;
}
