import { VocabScopeError } from '../../core/errors';
import type { PanelLocation } from '../../protocol/panelApi';

/** A place in a model, as links carry it. */
export interface ModelLink {
  /** The model's canonical file, on the machine that `remote` names. */
  readonly path: string;
  readonly location: PanelLocation;
  /** Where the file lies; empty: on the machine in front of the reader. */
  readonly remote: string;
}

export const LINK_PATH = '/open';
/** Pages that are about no component. */
const PAGES: readonly string[] = ['bookmarks', 'tensors'];
/** Pages of several models, of which a link names but one. */
const PAGES_OF_SEVERAL: readonly string[] = ['align', 'diff', 'steps', 'stitch'];
/** Longer links are nobody's. */
const MAX_LINK_LENGTH = 10_000;
/** What would divide a query once VS Code has decoded it. */
const DIVIDERS = /[%&=+#]/gu;

/**
 * The query of a link, as VS Code hands it to an extension: decoded once. So what divides it is encoded once more
 * than the rest, which a URI's own writing then encodes.
 */
export function formatLinkQuery({ path, location, remote }: ModelLink): string {
  const { page, component, token } = location;
  const parts: readonly (readonly [string, string])[] = [
    ['path', path],
    ...(component === undefined ? [] : [['component', component] as const]),
    ...(token === undefined ? [] : [['token', token] as const]),
    ...(component === undefined && token === undefined && page !== 'overview'
      ? [['page', page] as const]
      : []),
    ...(remote === '' ? [] : [['remote', remote] as const]),
  ];
  return parts.map(([name, value]) => `${name}=${encodeDividers(value)}`).join('&');
}

/** Whether a link leads to the page itself; else it leads to the component or the overview of its model. */
export function isLinked({ page }: PanelLocation): boolean {
  return !PAGES_OF_SEVERAL.includes(page);
}

/** Reads a link's query. @throws VocabScopeError `usage` */
export function parseLinkQuery(query: string): ModelLink {
  const refuse = (why: string): VocabScopeError =>
    new VocabScopeError(
      'usage',
      `This link leads nowhere: ${why}. Copy it again in VocabScope, by "Copy link".`,
    );
  if (query.length > MAX_LINK_LENGTH) throw refuse('it is too long');
  const values = new URLSearchParams(query);
  const path = values.get('path') ?? '';
  if (path === '') throw refuse('it does not say which model is meant');
  if (path.includes('\0')) throw refuse('its path holds what no path can');
  const component = values.get('component');
  const token = values.get('token');
  const page = values.get('page');
  return {
    path,
    location:
      component !== null
        ? { page: component.includes('[') ? 'row' : 'matrix', component }
        : token !== null
          ? { page: 'search', token }
          : { page: page !== null && PAGES.includes(page) ? page : 'overview' },
    remote: values.get('remote') ?? '',
  };
}

/**
 * What a link calls the machine that files lie on: the kind of the connection and the machine's own name, as
 * `ssh-remote+gpu-box`; empty where nothing is remote. A port is no part of it: it changes.
 */
export function remoteAuthority(remoteName: string | undefined, hostName: string): string {
  return remoteName === undefined ? '' : `${remoteName.replace(/:\d+$/u, '')}+${hostName}`;
}

function encodeDividers(value: string): string {
  return value.replace(
    DIVIDERS,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
