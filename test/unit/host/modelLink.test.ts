import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatLinkQuery,
  isLinked,
  parseLinkQuery,
  remoteAuthority,
  type ModelLink,
} from '../../../src/host/links/modelLink';

const component = fc.constantFrom(
  'L5.FF.V[31]',
  'E[262]',
  'C[A [good] one, 100%&more=#1+2]',
  'L3.O',
);
const link: fc.Arbitrary<ModelLink> = fc.record({
  path: fc.string({ unit: 'binary', minLength: 1 }).filter((path) => !path.includes('\0')),
  location: fc.oneof(
    component.map((id) => ({ page: id.includes('[') ? 'row' : 'matrix', component: id })),
    fc.string({ unit: 'binary' }).map((token) => ({ page: 'search', token })),
    fc.constantFrom({ page: 'overview' }, { page: 'bookmarks' }, { page: 'tensors' }),
  ),
  remote: fc.constantFrom('', 'ssh-remote+gpu-box', 'wsl+Ubuntu & more'),
});

describe('a link', () => {
  test('leads back to the place that it was made of, however it is spelled', () => {
    fc.assert(
      fc.property(link, (made) => {
        expect(parseLinkQuery(formatLinkQuery(made))).toEqual(made);
      }),
    );
  });

  test('reads like a path where nothing in it needs more', () => {
    const location = { page: 'row', component: 'L5.FF.V[31]' };
    expect(
      formatLinkQuery({ path: '/models/film a/model.safetensors', location, remote: '' }),
    ).toBe('path=/models/film a/model.safetensors&component=L5.FF.V[31]');
  });

  test.each([
    ['', /does not say which model/u],
    ['component=E[1]', /does not say which model/u],
    ['path=', /does not say which model/u],
    ['path=a%00b', /no path can/u],
    [`path=${'x'.repeat(20_000)}`, /too long/u],
  ])('%.40s is refused with a sentence', (query, why) => {
    expect(() => parseLinkQuery(query)).toThrow(why);
    expect(() => parseLinkQuery(query)).toThrow(/Copy link/u);
  });

  test('leads to no page that is not there', () => {
    for (const page of ['constructor', '__proto__', 'matrix', '']) {
      expect(parseLinkQuery(`path=/m&page=${page}`).location).toEqual({ page: 'overview' });
    }
  });

  test.each(['align', 'diff', 'steps', 'stitch'])(
    'of the page "%s" leads to its model alone, as is said',
    (page) => {
      const location = { page, other: '/base', steps: ['/a', '/b'] };
      expect(isLinked(location)).toBe(false);
      const query = formatLinkQuery({ path: '/m', location, remote: '' });
      expect(parseLinkQuery(query).location).toEqual({ page: 'overview' });
    },
  );

  test('of every other page leads to the page', () => {
    fc.assert(fc.property(link, ({ location }) => isLinked(location)));
  });

  test('names the machine without its port', () => {
    expect(remoteAuthority(undefined, 'box')).toBe('');
    expect(remoteAuthority('ssh-remote', 'gpu-box')).toBe('ssh-remote+gpu-box');
    expect(remoteAuthority('127.0.0.1:8765', 'box')).toBe('127.0.0.1+box');
  });
});
