// Writes the JSON Schemas anew from the schemas that the code checks with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas } from '../dist/src/schema/schemas.js';

mkdirSync('schemas', { recursive: true });
for (const [name, text] of jsonSchemas()) writeFileSync(`schemas/${name}`, text);
