import { existsSync } from 'node:fs';
import path from 'node:path';

/** Trained models with goldens that some checkouts have beside the project: tests of them skip, and say so, without. */
export const CHECKPOINTS = path.resolve(import.meta.dirname, '../../../shared/checkpoints');

export const HAS_CHECKPOINTS = existsSync(CHECKPOINTS);
