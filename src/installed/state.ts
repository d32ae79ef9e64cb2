import { type Receipt, readReceipt } from '../apply/receipt.js';
import { changedSince } from '../apply/state.js';
import type { TreeRoot } from '../apply/tree-root.js';
import { Failure } from '../failure.js';
import type { Pin, Pins } from '../pins/pins.js';
import type { InstalledPackage } from './package.js';

/** The pin of the installed version. Any other version is refused: its files are not those that were checked. */
export function pinOf({ dir, version }: InstalledPackage, pins: Pins, wanted: string | undefined): Pin {
  const own = pins.pins.filter(({ project }) => project === 'flashinfer');
  const pin = own.find(({ tag, name }) => (tag ?? name) === `v${version}`);
  if (!pin) {
    const names = own.map(({ name }) => name).join(', ');
    throw new Failure('unavailable', `FlashInfer ${version} in ${dir} is not pinned`, {
      next: `install a pinned version (${names || 'there is none'}), or pin it: dgx-patch pins add flashinfer@v${version}`,
    });
  }
  if (wanted !== undefined && pin.name !== wanted && pin.tag !== wanted) {
    throw new Failure('tree', `FlashInfer ${version} is installed, but the set has ${wanted}`, {
      next: `install that version: pip install flashinfer-python==${wanted.replace(/^v/, '')}`,
    });
  }
  return pin;
}

/** The receipt of an installed package; a `tree` Failure where it is for another version, or a file changed since. */
export async function checkInstalled(root: TreeRoot, pin: Pin): Promise<Receipt | undefined> {
  const receipt = await readReceipt(root);
  if (!receipt) return undefined;
  if (receipt.target.commit !== pin.commit) {
    throw new Failure(
      'tree',
      `${root.dir} holds a receipt for ${receipt.target.revision}, not for ${pin.name}`,
      {
        why: 'the package was upgraded over a patched one',
        next: `reinstall it afresh, then remove ${root.state}`,
      },
    );
  }
  const changed = await changedSince(root, receipt);
  if (changed.length > 0) {
    throw new Failure('tree', `${changed[0]} was changed since it was patched`, {
      next: 'undo that change, or reinstall the package',
    });
  }
  return receipt;
}
