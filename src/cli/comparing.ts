/** What only a comparison of two revisions needs, loaded when there is one. */
export { Bisection } from '../history/bisect.js';
export { compare } from '../history/compare.js';
export { openHistorian } from '../history/historian.js';
