/** Steps of a training as JSON. */
import type { RowStep, StepChange, StepsResult, TableStep } from '../steps';
import { readingJson, type Json } from './json';

function changeJson({ norm, sinceFirst, sincePrevious, relative }: StepChange): Json {
  return { norm, since_first: sinceFirst, since_previous: sincePrevious, relative };
}

function rowPointJson(point: RowStep): Json {
  return { ...changeJson(point), ...readingJson(point.reading) };
}

function tablePointJson(point: TableStep): Json {
  const { readability } = point;
  return {
    ...changeJson(point),
    ...(readability === null
      ? {}
      : {
          rows: readability.rows,
          stand_out: readability.standOut,
          mean_kurtosis_centered: readability.meanKurtosis,
          readable: readability.readable.map(({ component, z, speaks, top, bottom }) => ({
            component,
            z,
            speaks,
            tokens: (speaks === 'bottom' ? bottom : top).map(({ text }) => text),
          })),
        }),
  };
}

/** Every step, and how rows and tables came through them. */
export function stepsJson({ steps, rows, tables }: StepsResult): Json {
  const named = (points: readonly Json[]): Json[] =>
    points.map((point, i) => ({ step: steps[i]?.step ?? null, ...point }));
  return {
    steps,
    rows: rows.map(({ component, points }) => ({
      component,
      points: named(points.map(rowPointJson)),
    })),
    tables: tables.map(({ matrix, points }) => ({
      matrix,
      points: named(points.map(tablePointJson)),
    })),
  };
}
