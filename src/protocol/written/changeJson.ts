/** Changes of a model against its base as JSON. */
import type { LayerPush, PushedToken, RowChange } from '../displacement';
import { scoredJson, statisticsJson, type Json } from './json';

/** The change of a row. */
export function changeJson(row: RowChange): Json {
  return {
    component: row.component,
    space: row.space,
    norm: row.norm,
    relative: row.relative,
    new: row.isNew,
    ...statisticsJson(row),
    plus: row.plus.map(scoredJson),
    minus: row.minus.map(scoredJson),
  };
}

/** What the changes of a part of a layer push. */
export function pushJson({ plus, minus, ...push }: LayerPush): Json {
  const tokens = (side: readonly PushedToken[]): Json[] =>
    side.map((token) => ({ ...scoredJson(token), z: token.z }));
  return { ...push, plus: tokens(plus), minus: tokens(minus) };
}
