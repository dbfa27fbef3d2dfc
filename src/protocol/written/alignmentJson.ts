/** Rows and heads of two models beside each other as JSON. */
import type { HeadPair, RowMatch, RowPair } from '../alignment';
import type { RowReading } from '../reading';
import { wordsJson, type Json } from './json';

function matchJson(match: RowMatch | null, reading: RowReading | null): Json | null {
  return match === null ? null : { ...match, ...(reading === null ? {} : wordsJson(reading)) };
}

/** A row of A beside its like in B. */
export function rowPairJson(pair: RowPair): Json {
  const { nearest, assigned, nearestReading, assignedReading } = pair;
  return {
    component: pair.component,
    ...wordsJson(pair.reading),
    nearest: matchJson(nearest, nearestReading),
    mutual: pair.mutual,
    assigned: matchJson(assigned, assignedReading ?? nearestReading),
  };
}

/** A row of B that a row of A was looked for. */
export function counterpartJson(match: RowMatch & { readonly reading: RowReading }): Json {
  return { component: match.component, rho: match.rho, ...wordsJson(match.reading) };
}

/** A head of A beside its like in B. */
export function headPairJson({ component, nearest, mutual, assigned }: HeadPair): Json {
  return { component, nearest, mutual, assigned };
}
