/**
 * Upstream's words (paths, messages, subjects, reasons) as text in each medium that we write: one function a
 * medium. Whatever stands in them shows, and nothing of it acts.
 */

/** Control characters but tab and newline, and those that turn the direction of text. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** Breaks a word for those who look for it, and not for those who read it. */
const BREAK = '\u200b';

/** Without control characters: no escape sequence, no bell, no carriage return is left. */
export function plain(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

/** For a terminal, and for the log of a workflow, which takes a line that starts with `::` for a command. */
export function terminal(text: string): string {
  return plain(text).replace(/^(\s*)(::|##\[)/gm, `$1${BREAK}$2`);
}

/** What is printed to a terminal as it is (a patch): its own colours may stay. */
export function screen(text: string): string {
  return text.replace(
    /(\x1b\[[\d;]*m)|([\s\S])/g,
    (_, colour?: string, char?: string) => colour ?? plain(char!),
  );
}

/**
 * In markdown as GitHub shows it, in a cell or a list: no markup, and neither a mention, a reference to an
 * issue, nor a link.
 */
export function markdown(text: string): string {
  return plain(text)
    .replace(/[\\|*`[\]<>#$&~]|\b_|_\b/g, (char) =>
      char === '<' ? '&lt;' : char === '&' ? '&amp;' : `\\${char}`,
    )
    .replace(/[@#](?=\w)/g, `$&${BREAK}`)
    .replace(/\b(https?|ftp|mailto|xmpp):/gi, `$1${BREAK}:`)
    .replace(/\bwww\./gi, `www${BREAK}.`)
    .replace(/\s+/g, ' ');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** In HTML: as content, or in a quoted attribute. */
export function html(text: string): string {
  return plain(text).replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}

/** In a message of SARIF, where `[text](target)` is a link. */
export function sarifText(text: string): string {
  return plain(text).replaceAll('](', '] (');
}

/** The message of a workflow command. */
export function workflowData(text: string): string {
  return plain(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

/** A property of a workflow command. */
export function workflowProperty(text: string): string {
  return workflowData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
