import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { vsixPath } from '../../../scripts/package.mjs';
import { SEED_SETTINGS } from '../../vscode/paths.mjs';
import { manageExtensions } from '../../vscode/server.mjs';

/** The project's folder. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The folders of one VS Code under test, all below one temporary folder. */
export interface Profile {
  root: string;
  /** The folder that is open. */
  workspace: string;
  userDataDir: string;
  extensionsDir: string;
  serverDataDir: string;
}

/**
 * Makes a profile with the packed extension installed and an empty workspace.
 *
 * @param settings user settings beside those of test/vscode/settings.json
 */
export function makeProfile(settings: Record<string, unknown>): Profile {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 've-'));
  const below = (name: string): string => path.join(root, name);
  const profile: Profile = {
    root,
    workspace: below('workspace'),
    userDataDir: below('u'),
    extensionsDir: below('x'),
    serverDataDir: below('s'),
  };
  fs.mkdirSync(profile.workspace);
  fs.mkdirSync(profile.extensionsDir);
  fs.mkdirSync(path.join(profile.userDataDir, 'User'), { recursive: true });
  const seed = JSON.parse(fs.readFileSync(SEED_SETTINGS, 'utf8')) as Record<string, unknown>;
  fs.writeFileSync(
    path.join(profile.userDataDir, 'User/settings.json'),
    JSON.stringify({ ...seed, ...settings }, null, 2),
  );
  installExtension(profile);
  return profile;
}

function installExtension({ userDataDir, extensionsDir, serverDataDir }: Profile): void {
  const profile = ['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  const install = ['--install-extension', vsixPath(), '--force'];
  if (manageExtensions([...install, ...profile], serverDataDir) !== 0) {
    throw new Error(`VS Code could not install ${vsixPath()}.`);
  }
}

/** Copies the sample model into the workspace as the folder `name` and answers its path. */
export function addSampleModel(workspace: string, name = 'sample'): string {
  const folder = path.join(workspace, name);
  fs.cpSync(path.join(ROOT, 'media/sample'), folder, { recursive: true });
  return folder;
}
