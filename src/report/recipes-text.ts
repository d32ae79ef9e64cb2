import { moeFileName } from '../recipes/moe-file.js';
import type { ResolvedRecipe } from '../recipes/resolve.js';
import type { Recipe, Setting } from '../recipes/schema.js';
import { fold, painter } from './text.js';

/** A row a recipe. */
export function recipeList(recipes: readonly Recipe[]): string {
  const width = Math.max(...recipes.map(({ name }) => name.length));
  return recipes
    .map(({ name, title, claims }) => {
      const claim = claims[0] ? `  ${claims[0].tokensPerSecond} tok/s claimed` : '';
      return `${name.padEnd(width)}  ${title}${claim}\n`;
    })
    .join('');
}

function settingText(setting: Setting): string {
  if ('firstOf' in setting) return `${setting.why}: ${setting.firstOf.map(settingText).join('  or  ')}`;
  if ('env' in setting) return `${setting.env}=${setting.value}`;
  const value = typeof setting.value === 'object' ? JSON.stringify(setting.value) : setting.value;
  return value === undefined ? setting.flag : `${setting.flag} ${value}`;
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [
    '',
    title,
    ...lines.flatMap((line) => fold(line, 96).map((part, i) => `  ${i === 0 ? '' : '  '}${part}`)),
  ];
}

/** Everything that a recipe says. */
export function recipeText(recipe: Recipe): string {
  const { serve } = recipe;
  const file = moeFileName(recipe.moe, recipe.nodes);
  return `${[
    `${recipe.name}: ${recipe.title}`,
    `  ${recipe.model}, ${recipe.nodes} ${recipe.nodes === 1 ? 'machine' : 'machines'}, ${serve.maxModelLen} tokens, ${serve.maxNumSeqs} requests, ${serve.gpuMemoryUtilization} of the memory`,
    ...section(
      'settings (of several spellings, the first that the vLLM revision knows)',
      recipe.settings.map(settingText),
    ),
    ...section('fixes that it needs, where the revision does', recipe.needs),
    ...section('tuning file of the experts, for kernels that read one', file ? [file] : []),
    ...section(
      'claimed by others, not measured by dgx-patch',
      recipe.claims.map(
        ({ tokensPerSecond, what, source }) => `${tokensPerSecond} tok/s: ${what} (${source})`,
      ),
    ),
    ...section('known', recipe.known),
  ].join('\n')}\n`;
}

/** A recipe's check at one revision. */
export function checkText(
  { recipe, settings, problems, warnings }: ResolvedRecipe,
  target: string,
  colour: boolean,
): string {
  const paint = painter(colour);
  const state = problems.length === 0 ? paint.applied('right') : paint.drifted('wrong');
  return `${[
    `${recipe.name}  ${state}  ${target}`,
    ...settings.map((setting) => `    ${paint.dim(settingText(setting))}`),
    ...warnings.map((warning) => `  ! ${warning}`),
    ...problems.map((problem) => `  x ${problem}`),
  ].join('\n')}\n`;
}
