import { runPython } from './python.js';

/** Takes `is_layer_excluded` of the class that has it last, and asks it about lists and layers. */
const ASK = `
import ast, fnmatch, json, re, sys, types
source, questions = json.load(sys.stdin)
sys.modules["regex"] = re
found = [node for cls in ast.parse(source).body if isinstance(cls, ast.ClassDef)
         for node in cls.body if getattr(node, "name", "") == "is_layer_excluded"]
scope = {"fnmatch": fnmatch.fnmatch, "re": re, "is_layer_skipped": lambda prefix, names, packed: prefix in names}
exec(compile(ast.Module([found[-1]], []), "matcher", "exec"), scope)
answer = lambda names, layer: scope["is_layer_excluded"](
    types.SimpleNamespace(exclude_modules=names, packed_modules_mapping={}), layer)
print(json.dumps([answer(*question) for question in questions]))
`;

/** Exclude list, layer, and whether the layer is excluded once the rule is there. */
export const TABLE: [string[], string, boolean][] = [
  [['mtp.layers.0*'], 'mtp.fc', true],
  [['mtp.layers.0', 'mtp.layers.0.*'], 'mtp.fc', true],
  [['lm_head', 'mtp.layers.10.*'], 'mtp.fc', true],
  [['mtp.layers.0.mlp.gate'], 'mtp.fc', false],
  [['mtp.layers.0.mlp.gate'], 'mtp.layers.0.mlp.experts', false],
  [['mtp.layers.0.mixer.qkv_proj', 'mtp.layers.0.eh_proj'], 'mtp.layers.1.mixer.experts', false],
  [['mtp.layers.0*'], 'mtp.layers.1.mlp.down_proj', false],
  [['mtp*'], 'mtp.fc', true],
  [['model.layers.0*', 'xmtp.layers.0*'], 'mtp.fc', false],
  [['mtp.layers.0*'], 'model.layers.3.mlp.down_proj', false],
  [[], 'mtp.fc', false],
];

/** What the matcher of a source says to every row of the table. */
export function answers(source: string): unknown {
  return runPython(ASK, [source, TABLE.map(([names, layer]) => [names, layer])]);
}
