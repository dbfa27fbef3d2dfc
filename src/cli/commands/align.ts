import { VocabScopeError } from '../../core/errors';
import { ALIGNMENT_GROUPS } from '../../engine/alignment/alignLayers';
import type {
  AlignmentGroup,
  AlignmentMeasure,
  AlignmentSpace,
  AlignResult,
  LayerMatrix,
  SharedVocabulary,
} from '../../protocol/alignment';
import { count, decimal } from '../../protocol/written/numbers';
import { answerRows, askedRows } from '../alignedRows';
import type { CliCommand, CliValues, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { COMPARED_OPTIONS, openCompared } from '../openCompared';
import { choice, text } from '../sharedOptions';

const MEASURES: readonly AlignmentMeasure[] = ['best', 'mean'];
const SPACES = ['embedding', 'feature'] as const;
/** Deeper models than this are shown as pairs of layers, without their matrices. */
const MAX_SHOWN_LAYERS = 16;
const CELL_WIDTH = 7;
const PERCENT = 100;

interface AlignOptions {
  readonly groups: readonly AlignmentGroup[] | undefined;
  readonly measure: AlignmentMeasure;
  readonly space: (typeof SPACES)[number];
  readonly control: boolean;
  readonly excludeUndertrained: boolean;
}

function groupsOf(values: CliValues): readonly AlignmentGroup[] | undefined {
  return text(values, 'groups')
    ?.split(',')
    .map((name) => {
      const group = ALIGNMENT_GROUPS.find((each) => each === name.trim());
      if (group === undefined) {
        throw new VocabScopeError(
          'usage',
          `--groups names "${name}"; choose among ${ALIGNMENT_GROUPS.join(', ')}.`,
        );
      }
      return group;
    });
}

function alignOptions(values: CliValues): AlignOptions {
  return {
    groups: groupsOf(values),
    measure: choice(values, 'measure', MEASURES, 'best'),
    space: choice(values, 'space', SPACES, 'embedding'),
    control: values['control'] === true,
    excludeUndertrained: values['exclude-undertrained'] === true,
  };
}

type Groups = Readonly<Record<string, LayerMatrix>>;

/** The matrices of one space by one measure, by group. */
function groupsIn(
  { groups }: AlignResult,
  space: AlignmentSpace,
  measure: AlignmentMeasure,
): Groups {
  return Object.fromEntries(
    groups.flatMap(({ group, spaces }) => {
      const found = spaces[space]?.[measure];
      return found === undefined ? [] : [[group, found]];
    }),
  );
}

function total(groups: Groups): string {
  const all = Object.values(groups);
  const matched = all.reduce((sum, group) => sum + group.matched, 0);
  const pairs = all.reduce((sum, group) => sum + group.rows.length, 0);
  return `${String(matched)} of ${String(pairs)}`;
}

function vocabularyLine({ shared, shareA, shareB, used, undertrained }: SharedVocabulary): string {
  const share = (value: number): string => `${decimal(value * PERCENT, 1)} %`;
  const left = undertrained === 0 ? '' : `, ${count(undertrained)} under-trained left out`;
  return `${count(shared)} shared tokens (${share(shareA)} of A, ${share(shareB)} of B)${left}; compared by ${count(used)}`;
}

function* groupLines(
  name: string,
  group: LayerMatrix,
  control: LayerMatrix | undefined,
): Iterable<string> {
  const { rows, assignment, matched, meanAbsOffset, order, matrix } = group;
  const beside = control === undefined ? '' : `; shuffled: ${String(control.matched)}`;
  yield `${name}  ${String(matched)} of ${String(rows.length)} layers matched, mean offset ${decimal(meanAbsOffset, 2)}, order ${decimal(order, 2)}${beside}`;
  const columns = matrix[0]?.length ?? 0;
  if (Math.max(matrix.length, columns) > MAX_SHOWN_LAYERS) {
    yield `  ${rows.map((row, i) => `${String(row)}→${String(assignment[i])}`).join(' ')}`;
    return;
  }
  const names = Array.from({ length: columns }, (_, layer) => `L${String(layer)} `);
  yield `  A \\ B ${names.map((each) => each.padStart(CELL_WIDTH)).join('')}`;
  for (const [layer, cells] of matrix.entries()) {
    const partner = assignment[rows.indexOf(layer)];
    const shown = cells.map((value, column) => {
      const number = decimal(value, 3);
      return (column === partner && rows.includes(layer) ? `[${number}]` : `${number} `).padStart(
        CELL_WIDTH,
      );
    });
    yield `  ${`L${String(layer)}`.padEnd(6)}${shown.join('')}`;
  }
}

async function run(input: CommandInput): Promise<CommandResult> {
  const { positionals, values, engine, context } = input;
  const [pathA, pathB, ...more] = positionals;
  if (pathA === undefined || pathB === undefined || more.length > 0) {
    throw new VocabScopeError('usage', 'align takes two models, A and B.');
  }
  const options = alignOptions(values);
  const a = await openCompared(engine, pathA, values, context);
  const b = await openCompared(engine, pathB, values, context);
  const spaces: AlignmentSpace[] = [
    options.space,
    ...(options.control ? ['shuffled' as const] : []),
  ];
  const { groups, excludeUndertrained } = options;
  const pair = { model: a.model, other: b.model, excludeUndertrained };
  const asked = askedRows(input);
  if (asked !== undefined) {
    const { json, lines } = await answerRows(input, pair, asked);
    const shared = { exclude_undertrained: excludeUndertrained };
    return { json: { model: modelJson(a), other: modelJson(b), options: shared, ...json }, lines };
  }
  const result = await engine.align(
    {
      ...{ ...pair, spaces },
      ...(groups === undefined ? {} : { groups }),
    },
    context,
  );
  if (options.space === 'feature' && result.featureRefusal !== null) {
    throw new VocabScopeError('incomparable', result.featureRefusal);
  }
  const found = groupsIn(result, options.space, options.measure);
  const control = groupsIn(result, 'shuffled', options.measure);
  return {
    json: {
      model: modelJson(a),
      other: modelJson(b),
      options: {
        measure: options.measure,
        space: options.space,
        exclude_undertrained: excludeUndertrained,
      },
      sharedTokens: result.vocabulary.shared,
      vocabulary: result.vocabulary,
      groups: found,
      control: options.control ? control : undefined,
      warnings: result.warnings,
    },
    *lines() {
      yield `${a.name} (A) and ${b.name} (B): ${total(found)} layers matched in ${options.space} space${options.control ? `, ${total(control)} with B's vocabulary shuffled` : ''}`;
      yield vocabularyLine(result.vocabulary);
      yield* result.warnings.map((warning) => `note: ${warning}`);
      for (const [name, group] of Object.entries(found)) {
        yield '';
        yield* groupLines(name, group, control[name]);
      }
    },
  };
}

/** `vocabscope align`: which layers of two models belong together. */
export const align: CliCommand = {
  name: 'align',
  summary: 'two models: which layers belong together, by what their rows say of the shared tokens',
  usage:
    'A B [--groups FF.K,FF.V,Q,K,V,O] [--measure best|mean] [--space embedding|feature] [--control]',
  description: `Tokens are matched by their texts, so A and B may differ in width, depth, family and order of
tokens. Two rows are compared by the correlation rho of their scores over the shared tokens; two
layers by the rho of all their rows:

  best   each row's best |rho| in the other layer, averaged over both layers
  mean   |rho| over all pairs of rows, as the paper has it

The assignment pairs the layers so that their sum is largest (the Hungarian method); "order" is Kendall's
tau of the pairs, which counts where depths differ. FF.V and O are read with the output embedding,
the others with the input embedding.

--space feature compares the rows themselves, number by number: two models trained apart do not
match there. --control does everything again with B's vocabulary shuffled: what is left is chance.

--rows goes down to rows: the nearest of each row of a layer, whether the two are each other's nearest, and
the one-to-one assignment of largest sum; or where one row of A is in B; or the heads, by the correlation
of their whole projected matrices.

  vocabscope align ./model-a ./model-b --control
  vocabscope align ./model-a ./model-b --rows L5.FF.V --count 20
  vocabscope align ./model-a ./model-b --rows 'L5.FF.V[7]'
  vocabscope align ./model-a ./model-b --measure mean --groups FF.K,V --json`,
  options: {
    groups: {
      config: { type: 'string' },
      value: 'NAMES',
      help: `some of ${ALIGNMENT_GROUPS.join(',')} (all that both have)`,
    },
    measure: { config: { type: 'string' }, value: 'MEASURE', help: 'best or mean (best)' },
    space: { config: { type: 'string' }, value: 'SPACE', help: 'embedding or feature (embedding)' },
    control: { config: { type: 'boolean' }, help: "also with B's vocabulary shuffled" },
    'exclude-undertrained': {
      config: { type: 'boolean' },
      help: 'leave out tokens that training hardly touched, in either model',
    },
    rows: {
      config: { type: 'string' },
      value: 'WHAT',
      help: "L1.FF.V: its rows beside those of B's layer; 'L1.FF.V[7]': where in B; VO or QK: heads",
    },
    layer: {
      config: { type: 'string' },
      value: 'N',
      help: "with --rows L1.FF.V: B's layer (the assigned one)",
    },
    count: { config: { type: 'string' }, value: 'N', help: 'with --rows: rows to list (50)' },
    top: { config: { type: 'string' }, value: 'N', help: 'with --rows: tokens on each side (5)' },
    ...COMPARED_OPTIONS,
  },
  run,
};
