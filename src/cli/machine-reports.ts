/** The larger reports, loaded when one is asked for. */
export { annotations } from '../report/annotations.js';
export { page } from '../report/html.js';
export { pinPlaceIn } from '../report/pin-place.js';
export { sarif } from '../report/sarif.js';
