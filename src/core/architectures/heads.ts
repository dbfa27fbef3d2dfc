/** The matrices beside the blocks that heads keep: the output embedding and a classifier's last layer. */
import { VocabScopeError } from '../errors';
import type { ClassifierHead, HeadLayer, MatrixView } from '../model/transformer';
import type { ArchitectureAdapter, ForwardLayout } from './adapter';
import { classifierLabels, readTied, type ConfigEntries } from './config';
import { biasNameOf, firstExisting, plainView, printShape, type Tensors } from './modelTensors';

/** Collects what a reader of numbers must know. */
export type Warn = (sentence: string) => void;

export interface OutputEmbedding {
  readonly W_U: MatrixView;
  readonly tied: boolean | null;
  readonly storedOutput?: MatrixView;
}

/** W_U as `tie_word_embeddings` decides. A stored matrix of a tied model is handed on, so that its numbers can be compared. */
export function resolveOutput(
  adapter: ArchitectureAdapter,
  config: ConfigEntries,
  tensors: Tensors,
  W_E: MatrixView,
  warn: Warn,
): OutputEmbedding {
  const tied = readTied(adapter, config);
  const name = firstExisting(tensors, adapter.output);
  if (name === undefined) {
    if (!tied) {
      warn(
        `The model is not tied, but no output matrix is stored (looked for ${adapter.output.join(', ')}): ` +
          'what belongs to the output space is read with W_E.',
      );
    }
    return { W_U: W_E, tied: tied ? true : null };
  }
  const shape = tensors.get(name)?.shape ?? [];
  const sameShape = shape.length === 2 && shape[0] === W_E.rows && shape[1] === W_E.cols;
  const view: MatrixView = { ...W_E, tensor: name };
  if (tied) {
    if (!sameShape) {
      warn(
        `The model is tied: the stored output matrix ${name}, which has another shape than W_E, is not used.`,
      );
    }
    return { W_U: W_E, tied, ...(sameShape ? { storedOutput: view } : {}) };
  }
  if (!sameShape) {
    throw new VocabScopeError(
      'invalidConfig',
      `The output matrix ${name} has the shape ${printShape(shape)}, but the embedding has ` +
        `${printShape([W_E.rows, W_E.cols])}. Check that all files belong to one model.`,
    );
  }
  return { W_U: view, tied };
}

export function resolveClassifier(
  adapter: ArchitectureAdapter,
  config: ConfigEntries,
  tensors: Tensors,
  dModel: number,
  warn: Warn,
): ClassifierHead | undefined {
  const tensor = firstExisting(tensors, adapter.classifier);
  if (tensor === undefined) {
    return undefined;
  }
  const shape = tensors.get(tensor)?.shape ?? [];
  const [rows = 0, cols = 0] = shape;
  if (shape.length !== 2 || rows === 0 || cols !== dModel) {
    warn(
      `The classifier ${tensor} has the shape ${printShape(shape)}, not [labels, ${dModel}]: it is not read.`,
    );
    return undefined;
  }
  const bias = vectorBeside(tensors, tensor, rows);
  return {
    W: plainView(tensor, rows, cols),
    labels: classifierLabels(config, rows),
    ...(bias === undefined ? {} : { bias }),
    ...otherTask(config),
    ...sequenceClassifier(adapter, config, tensors, tensor, dModel),
  };
}

function otherTask(config: ConfigEntries): Pick<ClassifierHead, 'otherTask'> {
  const task = config.get('problem_type');
  return typeof task === 'string' && task !== 'single_label_classification'
    ? { otherTask: task }
    : {};
}

/** The bias of a layer, where one of the right length is stored. */
function vectorBeside(tensors: Tensors, weight: string, length: number): string | undefined {
  const bias = biasNameOf(weight);
  const shape = tensors.get(bias ?? '')?.shape ?? [];
  return shape.length === 1 && shape[0] === length ? bias : undefined;
}

function denseLayer(
  { prefixes }: ArchitectureAdapter,
  { names, activation }: NonNullable<ForwardLayout['sequenceClassifier']['dense']>,
  tensors: Tensors,
  dModel: number,
): HeadLayer | undefined {
  const tensor = prefixes
    .flatMap((prefix) => names.map((name) => prefix + name))
    .find((name) => {
      const shape = tensors.get(name)?.shape ?? [];
      return shape.length === 2 && shape.every((size) => size === dModel);
    });
  if (tensor === undefined) {
    return undefined;
  }
  const bias = vectorBeside(tensors, tensor, dModel);
  return {
    W: plainView(tensor, dModel, dModel),
    activation,
    ...(bias === undefined ? {} : { bias }),
  };
}

/**
 * What a sequence classifier does before its last layer, and by which token it judges. Whether it is one `architectures`
 * says, else its tensors: a token classifier has neither a layer before its last one nor a `score`.
 */
function sequenceClassifier(
  adapter: ArchitectureAdapter,
  config: ConfigEntries,
  tensors: Tensors,
  tensor: string,
  dModel: number,
): Pick<ClassifierHead, 'dense' | 'pool' | 'padding' | 'problem'> {
  const layout = adapter.forward?.sequenceClassifier;
  if (layout === undefined) {
    return {};
  }
  const dense =
    layout.dense === undefined ? undefined : denseLayer(adapter, layout.dense, tensors, dModel);
  const architectures: unknown = config.get('architectures');
  const classes = Array.isArray(architectures) ? architectures.map(String) : [];
  const isTold = classes.some((name) => name.endsWith('Classification'));
  const isSequence = isTold
    ? classes.some((name) => name.endsWith('ForSequenceClassification'))
    : dense !== undefined || (layout.dense === undefined && tensor.endsWith('score.weight'));
  if (!isSequence) {
    return {};
  }
  if (layout.dense === undefined || dense !== undefined) {
    const padding = config.get('pad_token_id');
    return {
      pool: layout.pool,
      ...(layout.pool === 'last' && typeof padding === 'number' ? { padding } : {}),
      ...(dense === undefined ? {} : { dense }),
    };
  }
  const names = layout.dense.names.join(', ');
  return {
    problem: `The classifier cannot be run: the layer before its last one (${names}) is not in the file. Check that every file of the checkpoint is there.`,
  };
}
