import type * as Runtime from 'onnxruntime-node';
import { encodeModel, type Graph } from './onnxGraph';
import { release } from './release';
import type { NamedTensors, TensorData } from './tensors';

const ERRORS_ONLY = 3;

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
    const outputs = await this.outputsOf(key, graph, feeds, into);
    return (name) => {
      const data = outputs.get(name);
      if (!(data instanceof Float32Array)) {
        throw new TypeError(`The graph "${key}" has no float32 output "${name}".`);
      }
      return data;
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
  ): Promise<ReadonlyMap<string, unknown>> {
    const { Tensor } = await this.load();
    const session = await this.session(key, graph);
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
    const made = this.create(graph());
    this.sessions.set(key, made);
    return made;
  }

  private async create(graph: Graph): Promise<Runtime.InferenceSession> {
    const { InferenceSession } = await this.load();
    return InferenceSession.create(encodeModel(graph), {
      intraOpNumThreads: this.threads,
      logSeverityLevel: ERRORS_ONLY,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
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
