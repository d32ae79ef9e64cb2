/** What only a comparison of two revisions needs, loaded when there is one. */
export { compare } from '../history/compare.js';
export { openHistorian } from '../history/historian.js';
export { wayBetween } from '../history/way.js';
