import type {
  Graph,
  GraphAttribute,
  GraphConstant,
  GraphNode,
  GraphValue,
} from '../onnx/onnxGraph';

/** Puts a graph together node by node, with names of its own for what stands between. */
export class GraphBuilder {
  private readonly nodes: GraphNode[] = [];
  private readonly constants: GraphConstant[] = [];
  private readonly known = new Map<string, string>();
  private named = 0;

  /** A node with one output. Answers the output's name. */
  add(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, GraphAttribute>>,
  ): string {
    const [output = ''] = this.addMany(op, inputs, 1, attributes);
    return output;
  }

  /** A node with so many outputs. */
  addMany(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes?: Readonly<Record<string, GraphAttribute>>,
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => this.newName());
    this.nodes.push({ op, inputs, outputs, ...(attributes === undefined ? {} : { attributes }) });
    return outputs;
  }

  /** The same value under a name that the graph gives out. */
  output(value: string, name: string): void {
    this.nodes.push({ op: 'Identity', inputs: [value], outputs: [name] });
  }

  /** A list of integers, as a constant. */
  integers(...values: readonly number[]): string {
    return this.constant(`integers ${values.join()}`, (name) => ({ name, values }));
  }

  /** One integer, as a constant without axes. */
  scalar(integer: number): string {
    return this.constant(`scalar ${integer}`, (name) => ({ name, integer }));
  }

  /** One float32 number, as a constant. */
  number(number: number): string {
    return this.constant(`number ${number}`, (name) => ({ name, number }));
  }

  graph(inputs: readonly GraphValue[], outputs: readonly GraphValue[]): Graph {
    return { inputs, outputs, nodes: this.nodes, constants: this.constants };
  }

  private constant(key: string, make: (name: string) => GraphConstant): string {
    const known = this.known.get(key);
    if (known !== undefined) {
      return known;
    }
    const name = this.newName();
    this.constants.push(make(name));
    this.known.set(key, name);
    return name;
  }

  private newName(): string {
    this.named += 1;
    return `v${this.named}`;
  }
}
