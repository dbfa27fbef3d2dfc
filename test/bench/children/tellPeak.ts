/** Loaded before a script: leaves the largest resident memory of the process, in bytes, in the file PEAK_FILE. */
import { readFileSync, writeFileSync } from 'node:fs';

const KIB = 1024;

process.on('exit', () => {
  const status = readFileSync('/proc/self/status', 'utf8');
  const peak = Number(/^VmHWM:\s+(\d+) kB/mu.exec(status)?.[1]) * KIB;
  writeFileSync(process.env['PEAK_FILE'] ?? '', String(peak));
});
