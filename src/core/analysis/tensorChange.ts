/**
 * `changed` and `same`: compared number by number. `new`: the base has none of that name. `reshaped`: the base's has
 * another shape. `unread`: of a dtype that is not read as numbers.
 */
export type TensorStatus = 'same' | 'changed' | 'new' | 'reshaped' | 'unread';

/** How a tensor differs from the base's. */
export interface TensorChange {
  readonly tensor: string;
  readonly status: TensorStatus;
  /** Share of its numbers that differ, once both are float32; null where they were not compared. */
  readonly share: number | null;
  /** L2 norm of the difference of all its numbers, and the same over the norm of the base's; null where unknown. */
  readonly norm: number | null;
  readonly relative: number | null;
}
