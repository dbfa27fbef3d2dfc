import { t } from '../l10n';

const [MINUTE, HOUR] = [60, 3600];
/** Seconds are told by tens: no more is known. */
const STEP = 10;
/** From here on the greater unit says enough. */
const OF_THE_SMALLER = 1.5;

/** How long work still takes, roughly: `about 2 min left`. */
export function remainingText(seconds: number): string {
  if (seconds < OF_THE_SMALLER * MINUTE) {
    return t('about {0} s left', Math.max(1, Math.ceil(seconds / STEP)) * STEP);
  }
  return seconds < OF_THE_SMALLER * HOUR
    ? t('about {0} min left', Math.round(seconds / MINUTE))
    : t('about {0} h left', Math.round(seconds / HOUR));
}
