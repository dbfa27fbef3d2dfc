import { turned } from '../../core/analysis/translation';
import type { Matrix } from '../../core/tensor/matrix';
import type { WorkContext } from '../context';
import type { ForwardModel, HiddenStates } from '../forward/forwardModel';
import type { StitchedModels } from './stitchedModels';

/**
 * How states of B meet A's last blocks: `carried` into A's space through the vocabulary, through a `shuffled` one as the
 * control, or as they are, with A's blocks `translated` into B's space.
 */
export type Way = 'carried' | 'shuffled' | 'translated';

/** The way of a stitched model that a reader chooses. */
export function wayOf(isTranslated = false): Way {
  return isTranslated ? 'translated' : 'carried';
}

/** What follows B's first blocks. */
export interface Tail {
  /** States as the blocks below want them. */
  readonly carry: (states: HiddenStates) => Promise<HiddenStates>;
  /** A's blocks and head, in its own space or in B's. */
  readonly forward: ForwardModel;
}

/** The ways on from B's states, each made when it is first gone. */
export class Tails {
  private readonly made = new Map<Way, Promise<Tail>>();

  constructor(
    private readonly models: StitchedModels,
    private readonly context: WorkContext,
  ) {}

  /** @throws VocabScopeError as `StitchedModels.kernels`, `runRefused` where A cannot be translated */
  of(way: Way): Promise<Tail> {
    const known = this.made.get(way) ?? this.make(way);
    this.made.set(way, known);
    return known;
  }

  /** Gives back the memory of what was translated. */
  async dispose(): Promise<void> {
    const translated = await this.made.get('translated')?.catch(() => undefined);
    translated?.forward.dispose();
  }

  private async make(way: Way): Promise<Tail> {
    const { a, b } = this.models;
    if (way === 'translated') {
      const model = await this.models.translated(this.context);
      return { carry: (states) => Promise.resolve(states), forward: b.running(model) };
    }
    const { kernel } = await this.models.kernels(way === 'shuffled', this.context);
    // `T^T` `[d_A, d_B]`, as the multiplication wants it.
    const by = turned(kernel.T);
    const carry = async (states: HiddenStates): Promise<HiddenStates> => {
      const x: Matrix = { rows: states.data.length / by.cols, cols: by.cols, data: states.data };
      return { ...states, data: (await a.backend().multiplyTransposed(x, by)).data };
    };
    return { carry, forward: a.forward() };
  }
}
