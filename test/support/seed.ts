import fc from 'fast-check';

/** The same cases in every run, so that no change fails by chance; another number looks at others. */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
