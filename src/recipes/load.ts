import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assetPath } from '../assets.js';
import { Failure } from '../failure.js';
import { didYouMean } from '../source/nearest.js';
import { type Recipe, recipeSchema } from './schema.js';

/** Reads one recipe file. A bad field is a usage Failure that names it. */
export async function readRecipe(file: string): Promise<Recipe> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Failure('usage', `the recipe ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const result = recipeSchema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new Failure('usage', `${file}: ${issue.path.join('.') || '(top)'}: ${issue.message}`, {
    next: 'compare it with a recipe that comes with dgx-patch: dgx-patch recipe show <name> --json',
  });
}

/** All recipes of a folder, by name. */
export async function readRecipes(dir = assetPath('recipes')): Promise<Recipe[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(files.map((file) => readRecipe(join(dir, file))));
}

/** A recipe by its name, or by the path of a file of one's own. */
export async function findRecipe(name: string): Promise<Recipe> {
  if (name.endsWith('.json')) return readRecipe(name);
  const recipes = await readRecipes();
  const found = recipes.find((recipe) => recipe.name === name);
  if (found) return found;
  const meant = didYouMean(
    name,
    recipes.map((recipe) => recipe.name),
  );
  throw new Failure('usage', `there is no recipe ${JSON.stringify(name)}`, {
    ...(meant ? { why: meant } : {}),
    next: `one of: ${recipes.map((recipe) => recipe.name).join(', ')}`,
  });
}
