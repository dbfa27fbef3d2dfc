import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const SCRIPT = path.resolve('test/bench/numpy_worker.py');
const PYTHON = 'python3';

/** numpy in a child process, on a given number of threads. */
export class Numpy {
  private readonly answers: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Null where there is no python3 with numpy. */
  static start(threads: number): Numpy | null {
    const found = spawnSync(PYTHON, ['-c', 'import numpy']);
    if (found.status !== 0) {
      return null;
    }
    const count = String(threads);
    const env = {
      ...process.env,
      OPENBLAS_NUM_THREADS: count,
      MKL_NUM_THREADS: count,
      OMP_NUM_THREADS: count,
    };
    return new Numpy(spawn(PYTHON, [SCRIPT], { env, stdio: 'pipe' }));
  }

  /** Whether that python has another module. */
  has(module: string): boolean {
    return spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
  }

  /** Makes a matrix of standard normal numbers that later work names. */
  async make(name: string, rows: number, cols: number, seed: number): Promise<void> {
    await this.seconds({ work: 'make', name, rows, cols, seed });
  }

  /** Seconds that a piece of work took there. */
  async seconds(request: Readonly<Record<string, unknown>>): Promise<number> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.answers.next();
    if (answer.done === true) {
      throw new Error('numpy ended early.');
    }
    return (JSON.parse(answer.value) as { seconds: number }).seconds;
  }

  stop(): void {
    this.child.stdin.end();
  }
}
