/** What a stitched pair is made of and measured with; its parts ask again. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { GlossaryId } from '../../../src/core/model/glossary';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { StitchPart } from '../../../src/protocol/panelApi';
import type { StitchRecipe, StitchResult } from '../../../src/protocol/stitch';
import { formatCount } from '../../format/numbers';
import { cutText, kernelText, poolText } from '../../format/stitch';
import { t } from '../../l10n';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';

export interface RecipeParts {
  readonly summary: ModelSummary;
  /** Undefined until it is open. */
  readonly other: ModelSummary | undefined;
  readonly otherPath: string;
  readonly recipe: StitchRecipe;
  /** Undefined until it is measured. */
  readonly found: StitchResult | undefined;
  readonly ask: (part: StitchPart) => void;
}

interface Part {
  readonly name: string;
  readonly value: string;
  /** What a click asks again; absent: only told. */
  readonly asks?: StitchPart;
  readonly about?: GlossaryId;
}

function partsOf({ summary, other, otherPath, recipe, found }: RecipeParts): readonly Part[] {
  const { file, textColumn, labelColumn, maxTexts } = recipe;
  const pool = found === undefined ? t('as A was trained') : poolText(found.pool, found.poolSource);
  const texts =
    found === undefined
      ? t('at most {0}', formatCount(maxTexts))
      : t('{0} of {1}, {2}', formatCount(found.texts), formatCount(found.records), cutText(found));
  return [
    { name: t('A'), value: summary.name, asks: 'stitchClassifier' },
    { name: t('B'), value: other?.name ?? otherPath, asks: 'stitchBase' },
    { name: t('Data'), value: file.split(/[/\\]/u).at(-1) ?? file, asks: 'stitchData' },
    { name: t('Columns'), value: `${textColumn}, ${labelColumn}`, asks: 'stitchColumns' },
    { name: t('Texts'), value: texts, asks: 'stitchTexts' },
    { name: t('Pooling'), value: pool, asks: 'stitchPool', about: 'stitchPool' },
    ...(found === undefined
      ? []
      : [
          { name: t('Kernel'), value: kernelText(found), about: 'stitchKernel' as const },
          {
            name: t('Final norm'),
            value: found.finalNorm ? t('runs') : t('left out'),
            about: 'stitchFinalNorm' as const,
          },
        ]),
  ];
}

/** The recipe in one wrapped line. */
export function recipeLine(parts: RecipeParts): TemplateResult {
  return html`<dl class="recipe" data-testid="recipe">
    ${partsOf(parts).map(({ name, value, asks, about }) => {
      const card = about === undefined ? nothing : hover(() => definition(about));
      return html`<div class="recipe-part">
        <dt>${name}</dt>
        <dd>
          ${
            asks === undefined
              ? html`<span tabindex="0" ${card}>${value}</span>`
              : html`<button
                  class="recipe-button"
                  aria-label=${t('{0}: {1}. Choose another', name, value)}
                  data-testid=${asks}
                  ${card}
                  @click=${() => {
                    parts.ask(asks);
                  }}
                >
                  ${value}
                </button>`
          }
        </dd>
      </div>`;
    })}
  </dl>`;
}
