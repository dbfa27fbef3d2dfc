/** How pages give pictures away: as SVG to the clipboard, as PNG to a file. */
import { t } from '../l10n';
import type { PanelStore } from '../state/panelStore';
import type { MenuItem } from './menuButton';

/** Pixels of a PNG for each of the picture's. */
const SCALE = 2;
/** Browsers refuse larger canvases. */
const MAX_SIDE_PX = 8192;
const PNG_URL = 'data:image/png;base64,';

/** A picture that a page draws. */
export interface Picture {
  /** What it is called in a menu: `the map`. */
  readonly title: string;
  /** What a file of it is called, without its ending. */
  readonly file: string;
  readonly svg: () => string;
}

/** An SVG document as PNG in base64. @throws Error where the browser cannot draw it */
async function toPng(svg: string): Promise<string> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth, naturalHeight } = image;
    const scale = Math.min(SCALE, MAX_SIDE_PX / Math.max(naturalWidth, naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(naturalWidth * scale);
    canvas.height = Math.round(naturalHeight * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png').slice(PNG_URL.length);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function save(store: PanelStore, { file, svg }: Picture): Promise<void> {
  try {
    store.host.savePicture({ name: file, png: await toPng(svg()) });
  } catch {
    store.announce(t('The picture could not be drawn.'));
  }
}

/** The menu items of a picture. */
export function pictureItems(store: PanelStore, picture: Picture): readonly MenuItem[] {
  return [
    {
      label: t('Copy {0} as SVG', picture.title),
      act: () => {
        store.host.copy(picture.svg());
        store.announce(t('The picture is copied.'));
      },
    },
    { label: t('Save {0} as PNG…', picture.title), act: () => void save(store, picture) },
  ];
}
