/** The text with its comments blanked, at the same length. */
export function blankComments(text: string): string {
  const pattern = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(pattern, (match) => (match.startsWith('"') ? match : match.replace(/[^\r\n]/g, ' ')));
}
