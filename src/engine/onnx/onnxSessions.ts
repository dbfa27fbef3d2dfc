import type * as Runtime from 'onnxruntime-node';
import { encodeModel, type Graph } from './onnxGraph';
import { release } from './release';
import type { NamedTensors, TensorData } from './tensors';

const ERRORS_ONLY = 3;

/** Arrays by the names of outputs. */
type Outputs = ReadonlyMap<string, unknown>;

/** A model of a file that runs. */
export interface FileSession {
  run(feeds: NamedTensors): Promise<(output: string) => Float32Array>;
  release(): Promise<void>;
}

/**
 * Sessions of ONNX Runtime, one per graph, made on first use. The library itself is loaded with the first, so that
 * what never multiplies never pays for it. Threads sleep between runs instead of spinning.
 */
export class OnnxSessions {
  private runtime: Promise<typeof Runtime> | undefined;
  private readonly sessions = new Map<string, Promise<Runtime.InferenceSession>>();

  constructor(private readonly threads: number) {}

  /**
   * Runs a graph and answers its float32 outputs by name. Outputs named in `into` are written where it says, others into new memory.
   *
   * @param key names the graph: the same key is the same graph
   */
  async run(
    key: string,
    graph: () => Graph,
    feeds: NamedTensors,
    into: NamedTensors = {},
  ): Promise<(output: string) => Float32Array> {
    return float32Outputs(key, await this.outputsOf(key, graph, feeds, into));
  }

  /** A model in a file, loaded until it is released. */
  async openFile(file: string): Promise<FileSession> {
    const session = await this.create(file);
    return {
      run: async (feeds) => float32Outputs(file, await this.runSession(session, feeds, {})),
      release: () => session.release(),
    };
  }

  /** The same for a graph with one float64 output. */
  async runDouble(key: string, graph: () => Graph, feeds: NamedTensors): Promise<Float64Array> {
    const [output] = (await this.outputsOf(key, graph, feeds, {})).values();
    if (!(output instanceof Float64Array)) {
      throw new TypeError(`The graph "${key}" has no float64 output.`);
    }
    return output;
  }

  /** Frees all sessions. */
  async dispose(): Promise<void> {
    const sessions = await Promise.all(this.sessions.values());
    this.sessions.clear();
    await Promise.all(sessions.map((session) => session.release()));
  }

  private async outputsOf(
    key: string,
    graph: () => Graph,
    feeds: NamedTensors,
    into: NamedTensors,
  ): Promise<Outputs> {
    return this.runSession(await this.session(key, graph), feeds, into);
  }

  private async runSession(
    session: Runtime.InferenceSession,
    feeds: NamedTensors,
    into: NamedTensors,
  ): Promise<Outputs> {
    const { Tensor } = await this.load();
    const tensor = ({ data, shape }: TensorData): Runtime.Tensor =>
      data instanceof Float32Array
        ? new Tensor('float32', data, shape)
        : data instanceof Int32Array
          ? new Tensor('int32', data, shape)
          : new Tensor('int64', data, shape);
    const given = Object.entries(feeds).map(([name, array]) => [name, tensor(array)] as const);
    const wanted = session.outputNames.map((name) => {
      const array = into[name];
      return [name, array === undefined ? null : tensor(array)] as const;
    });
    const outputs = await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
    return new Map(
      Object.entries(outputs).map(([name, { data }]) => [name, written(data, into[name]?.data)]),
    );
  }

  private load(): Promise<typeof Runtime> {
    if (this.runtime === undefined) {
      // ONNX Runtime reads it once, when its library is loaded: without it, it keeps and sends usage events.
      process.env['ORT_DISABLE_TELEMETRY'] = '1';
      this.runtime = import('onnxruntime-node');
    }
    return this.runtime;
  }

  private session(key: string, graph: () => Graph): Promise<Runtime.InferenceSession> {
    const known = this.sessions.get(key);
    if (known !== undefined) {
      return known;
    }
    const made = this.create(encodeModel(graph()));
    this.sessions.set(key, made);
    return made;
  }

  private async create(model: Uint8Array | string): Promise<Runtime.InferenceSession> {
    const { InferenceSession } = await this.load();
    const options: Runtime.InferenceSession.SessionOptions = {
      intraOpNumThreads: this.threads,
      logSeverityLevel: ERRORS_ONLY,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    };
    return typeof model === 'string'
      ? InferenceSession.create(model, options)
      : InferenceSession.create(model, options);
  }
}

/** What was written: ONNX Runtime's binding also answers a copy of what it wrote into given memory. */
function written(answer: unknown, given: TensorData['data'] | undefined): unknown {
  if (given === undefined) {
    return answer;
  }
  if (answer instanceof Float32Array && answer.buffer !== given.buffer) {
    release(answer);
  }
  return given;
}

function float32Outputs(name: string, outputs: Outputs): (output: string) => Float32Array {
  return (output) => {
    const data = outputs.get(output);
    if (!(data instanceof Float32Array)) {
      throw new TypeError(`The graph "${name}" has no float32 output "${output}".`);
    }
    return data;
  };
}
