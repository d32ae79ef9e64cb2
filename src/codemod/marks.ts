/** The mark that every site of ours carries once. */
export function mark(id: string): string {
  return `dgx-patch: ${id}`;
}
