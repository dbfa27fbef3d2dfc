import { symlinkSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MAX_TOKENIZER_FILE_BYTES } from '../../../src/core/tokenizer/files';
import { locateModel } from '../../../src/formats/locateModel';
import { findTokenizerFiles, readTokenizerFiles } from '../../../src/formats/tokenizerFiles';
import { validSafetensors } from './safetensorsFixture';
import { temporaryFolder } from './temporary';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

const WEIGHTS = validSafetensors([{ name: 'w', dtype: 'F32', shape: [1] }]);

/** Places empty files, real weights under their endings, and indexes that name the folder's shards. */
function place(name: string, files: readonly string[]): string {
  const shards = files.filter((file) => /-of-\d+\.safetensors$/u.test(file));
  const index = JSON.stringify({
    weight_map: Object.fromEntries(shards.map((shard, tensor) => [`t${tensor}`, shard])),
  });
  for (const file of files) {
    const content = file.endsWith('.index.json') ? index : '{}';
    folder.place(`${name}/${file}`, file.endsWith('.safetensors') ? WEIGHTS : content);
  }
  return join(folder.path, name);
}

const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
const INDEX = 'model.safetensors.index.json';

describe('every path of a model leads to the same place', () => {
  const whole = place('gpt2', ['model.safetensors', 'config.json', 'tokenizer.json', 'README.md']);

  it.each(['', 'model.safetensors', 'config.json', 'tokenizer.json', 'README.md'])(
    'one file: %j',
    async (name) => {
      expect(await locateModel(join(whole, name))).toEqual({
        name: 'gpt2',
        folder: whole,
        canonicalPath: join(whole, 'model.safetensors'),
        configPath: join(whole, 'config.json'),
        tokenizerFolder: whole,
        parentConfigPath: null,
        parentTokenizerFolder: null,
      });
    },
  );

  const sharded = place('sharded', [...SHARDS, INDEX, 'config.json', 'vocab.txt']);

  it.each(['', ...SHARDS, INDEX, 'config.json', 'vocab.txt'])('shards: %j', async (name) => {
    expect(await locateModel(join(sharded, name))).toMatchObject({
      name: 'sharded',
      canonicalPath: join(sharded, INDEX),
      tokenizerFolder: sharded,
    });
  });

  it.each([
    ['the index before the file', ['model.safetensors', INDEX, ...SHARDS], INDEX],
    ['the standard name among others', ['a.safetensors', 'model.safetensors'], 'model.safetensors'],
    ['the only file', ['weights.safetensors', 'training_args.bin'], 'weights.safetensors'],
    ['the only index', ['x.safetensors.index.json', ...SHARDS], 'x.safetensors.index.json'],
    ['safetensors before others', ['pytorch_model.bin', 'w.safetensors'], 'w.safetensors'],
    ['no adapter', ['adapter_model.safetensors', 'w.safetensors'], 'w.safetensors'],
    ['no hidden file', ['._model.safetensors', 'w.safetensors'], 'w.safetensors'],
    ['other formats last', ['optimizer.pt', 'pytorch_model.bin'], 'pytorch_model.bin'],
  ])('a folder: %s', async (name, files, chosen) => {
    const { canonicalPath } = await locateModel(place(name, files));
    expect(basename(canonicalPath)).toBe(chosen);
  });

  it('opens a file of several by itself, under its own name', async () => {
    const several = place('several', ['a.safetensors', 'b.safetensors']);
    const location = await locateModel(join(several, 'b.safetensors'));
    expect(location).toMatchObject({
      name: 'b.safetensors',
      canonicalPath: join(several, 'b.safetensors'),
      configPath: null,
      tokenizerFolder: null,
    });
  });

  it('opens a file beside a damaged or foreign index by itself', async () => {
    const path = place('foreign', ['a.safetensors', ...SHARDS, INDEX]);
    folder.place('foreign/b.safetensors.index.json', '{');
    const { canonicalPath } = await locateModel(join(path, 'a.safetensors'));
    expect(canonicalPath).toBe(join(path, 'a.safetensors'));
  });
});

describe('what lies above', () => {
  it('is offered where the model lacks it, under a name that says which model it is', async () => {
    const run = place('run', ['tokenizer.json', 'config.json']);
    const step = place('run/checkpoint-5000', ['model.safetensors']);
    expect(await locateModel(step)).toMatchObject({
      name: 'run/checkpoint-5000',
      configPath: null,
      tokenizerFolder: null,
      parentConfigPath: join(run, 'config.json'),
      parentTokenizerFolder: run,
    });
    await expect(locateModel(run)).rejects.toThrow(/run holds no weights.*"checkpoint-5000"/u);
  });
});

describe('a Hugging Face cache', () => {
  const repository = 'hub/models--org--tiny-model';
  place(`${repository}/snapshots/aaa`, ['config.json', 'tokenizer.json']);
  place(`${repository}/snapshots/bbb`, ['model.safetensors', 'config.json', 'vocab.txt']);
  folder.place(`${repository}/blobs/0123`, WEIGHTS);
  const snapshots = join(folder.path, repository, 'snapshots');
  symlinkSync('../../blobs/0123', join(snapshots, 'aaa', 'model.safetensors'));

  it('leads to the snapshot that refs/main names, through links', async () => {
    folder.place(`${repository}/refs/main`, 'aaa\n');
    for (const path of [repository, `${repository}/snapshots`, `${repository}/snapshots/aaa`]) {
      expect(await locateModel(join(folder.path, path))).toMatchObject({
        name: 'org/tiny-model',
        canonicalPath: join(snapshots, 'aaa', 'model.safetensors'),
        tokenizerFolder: join(snapshots, 'aaa'),
      });
    }
    const files = await findTokenizerFiles(join(folder.path, repository));
    expect(files.map(({ role }) => role)).toEqual(['tokenizerJson']);
  });

  it.each(['gone', '../../../etc', '', 'x'.repeat(1000)])(
    'leads to the newest snapshot where refs/main says %j',
    async (reference) => {
      folder.place(`${repository}/refs/main`, reference);
      for (const [newest, other] of [
        ['aaa', 'bbb'],
        ['bbb', 'aaa'],
      ] as const) {
        utimesSync(join(snapshots, other), 1000, 1000);
        utimesSync(join(snapshots, newest), 2000, 2000);
        const location = await locateModel(join(folder.path, repository));
        expect(location.folder).toBe(join(snapshots, newest));
      }
    },
  );
});

describe('what is no model', () => {
  it.each<[name: string, files: readonly string[], reason: string, message: RegExp]>([
    ['empty', ['notes.txt'], 'notFound', /empty holds no weights/u],
    ['two', ['a.safetensors', 'b.safetensors'], 'notFound', /several models: "a.*", "b/u],
    ['lone', SHARDS, 'notFound', /shards.*without the index/u],
    [
      'indexes',
      ['a.safetensors.index.json', 'b.safetensors.index.json', ...SHARDS],
      'notFound',
      /"a\.safetensors\.index\.json", "b/u,
    ],
  ])('%s is refused with what is there', async (name, files, reason, message) => {
    const refusal = expect(locateModel(place(name, files))).rejects;
    await refusal.toMatchObject({ reason });
    await refusal.toThrow(message);
  });

  it('an adapter leads to its base model', async () => {
    const path = place('lora', ['adapter_model.safetensors', 'adapter_config.json']);
    folder.place('lora/adapter_config.json', '{"base_model_name_or_path": "org/base"}');
    for (const name of ['', 'adapter_model.safetensors', 'adapter_config.json']) {
      const refusal = expect(locateModel(join(path, name))).rejects;
      await refusal.toMatchObject({ reason: 'missingBase' });
      await refusal.toThrow(/LoRA.*--base PATH.*names "org\/base" as its base/u);
    }
  });

  it('names paths that lead nowhere', async () => {
    symlinkSync('self', join(folder.path, 'self'));
    const path = (name: string) => join(folder.path, name);
    await expect(locateModel(path('nowhere'))).rejects.toMatchObject({ reason: 'notFound' });
    await expect(locateModel(path('nowhere/config.json'))).rejects.toThrow(/was not found/u);
    await expect(locateModel(path('self'))).rejects.toThrow(/symbolic link/u);
  });
});

describe('tokenizer files', () => {
  it('are found by role in a folder, or around a chosen file', async () => {
    const path = place('tokenizer', [
      ...['tokenizer.json', 'vocab.json', 'merges.txt', 'tok105.model', 'tokenizer_config.json'],
    ]);
    const roles = async (name: string) =>
      Object.fromEntries(
        (await findTokenizerFiles(join(path, name))).map((file) => [
          file.role,
          basename(file.path),
        ]),
      );
    const companions = { mergesTxt: 'merges.txt', tokenizerConfigJson: 'tokenizer_config.json' };
    expect(await roles('')).toEqual({
      tokenizerJson: 'tokenizer.json',
      vocabJson: 'vocab.json',
      ...companions,
    });
    expect(await roles('merges.txt')).toEqual(await roles(''));
    expect(await roles('vocab.json')).toEqual({ vocabJson: 'vocab.json', ...companions });
    expect(await roles('tok105.model')).toEqual({
      sentencePieceModel: 'tok105.model',
      ...companions,
    });
  });

  it('are read whole, up to a limit', async () => {
    const path = folder.place('limits/vocab.txt', 'a\nb');
    const files = await findTokenizerFiles(path);
    expect(await readTokenizerFiles(files)).toEqual({
      vocabTxt: Uint8Array.from(Buffer.from('a\nb')),
    });
    folder.place('limits/vocab.txt', Buffer.alloc(MAX_TOKENIZER_FILE_BYTES + 1));
    const lengths = readTokenizerFiles(files).then(({ vocabTxt }) => vocabTxt?.length);
    await expect(lengths).rejects.toMatchObject({ reason: 'invalidTokenizer' });
  });

  it('that are not there are named', async () => {
    const refusal = expect(findTokenizerFiles(place('none', ['merges.txt']))).rejects;
    await refusal.toMatchObject({ reason: 'missingTokenizer' });
    await refusal.toThrow(/none of tokenizer\.json, vocab\.json/u);
    const other = folder.place('none/weights.safetensors', WEIGHTS);
    await expect(findTokenizerFiles(other)).rejects.toThrow(/no tokenizer file by its name/u);
  });
});
