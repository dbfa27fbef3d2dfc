import { readFileSync } from 'node:fs';
import { arch, availableParallelism, platform } from 'node:os';

/**
 * Cores that compute on their own: two threads on one core only get in each other's way in a multiplication. Linux says
 * which processors share a core; elsewhere x64 processors are taken to come in pairs.
 */
export function physicalCores(): number {
  const available = availableParallelism();
  if (platform() === 'linux') {
    return Math.min(available, coresIn(readCpuInfo()) || available);
  }
  return arch() === 'x64' ? Math.ceil(available / 2) : available;
}

function readCpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/** Distinct pairs of socket and core in a `/proc/cpuinfo`; 0 where it does not name them. */
export function coresIn(cpuInfo: string): number {
  const cores = new Set<string>();
  for (const processor of cpuInfo.split('\n\n')) {
    const socket = /^physical id\s*:\s*(\d+)/m.exec(processor)?.[1];
    const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
    if (socket !== undefined && core !== undefined) {
      cores.add(`${socket} ${core}`);
    }
  }
  return cores.size;
}
