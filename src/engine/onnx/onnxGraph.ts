import { Writer } from 'protobufjs/minimal';

/** Element types of tensors in our graphs, by their numbers in ONNX's `TensorProto.DataType`. */
const TYPE_NUMBERS = { float32: 1, int32: 6, int64: 7, float64: 11 } as const;
type ElementType = keyof typeof TYPE_NUMBERS;

/** An input or output of a graph; an axis with a name may have any length. */
export interface GraphValue {
  readonly name: string;
  readonly type: ElementType;
  readonly axes: readonly (string | number)[];
}

/** A list of integers, one integer or one float32 number, that is part of the graph. */
export type GraphConstant =
  | { readonly name: string; readonly integer: number }
  | { readonly name: string; readonly values: readonly number[] }
  | { readonly name: string; readonly number: number };

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, GraphAttribute>>;
}

/** Integers, lists of them and texts as they are; floats marked so. */
export type GraphAttribute = number | readonly number[] | string | { readonly float: number };

export interface Graph {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly constants: readonly GraphConstant[];
  readonly nodes: readonly GraphNode[];
}

/** The operator set that our nodes follow, and the file version that belongs to it. */
const OPSET = 21;
const IR_VERSION = 10;

/** Wire types of protobuf. */
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** Numbers of `AttributeProto.AttributeType`. */
const FLOAT_ATTRIBUTE = 1;
const INT_ATTRIBUTE = 2;
const TEXT_ATTRIBUTE = 3;
const INTS_ATTRIBUTE = 7;

/** A graph as the bytes of an ONNX file (`onnx.proto`, field numbers beside each message). */
export function encodeModel(graph: Graph): Uint8Array {
  const body = Writer.create();
  writeGraph(body, graph);
  const bytes = body.finish();
  const writer = Writer.create();
  writer.raw(modelHead(bytes.length));
  writer.raw(bytes);
  return writer.finish();
}

/** ModelProto up to the content of its graph, which is so many bytes: ir_version 1, opset_import 8, graph 7. */
export function modelHead(graphBytes: number): Uint8Array {
  const writer = Writer.create();
  int(writer, 1, IR_VERSION);
  message(writer, 8, () => {
    text(writer, 1, '');
    int(writer, 2, OPSET);
  });
  writer.uint32(tag(7, BYTES)).uint32(graphBytes);
  return writer.finish();
}

/** GraphProto without weights: fields of a message may follow each other in any order, so weights may come behind. */
export function graphBytes(graph: Graph): Uint8Array {
  const writer = Writer.create();
  writeGraph(writer, graph);
  return writer.finish();
}

/** A float32 weight of a graph up to its numbers, which follow as they lie in memory: initializer 5 (TensorProto: dims 1, data_type 2, name 8, raw_data 9). */
export function weightHead(name: string, shape: readonly number[], bytes: number): Uint8Array {
  const inner = Writer.create();
  shape.forEach((size) => {
    int(inner, 1, size);
  });
  int(inner, 2, TYPE_NUMBERS.float32);
  text(inner, 8, name);
  inner.uint32(tag(9, BYTES)).uint32(bytes);
  const head = inner.finish();
  const writer = Writer.create();
  writer.uint32(tag(5, BYTES)).uint32(head.length + bytes);
  writer.raw(head);
  return writer.finish();
}

/** GraphProto: node 1, name 2, initializer 5, input 11, output 12. */
function writeGraph(writer: Writer, { nodes, constants, inputs, outputs }: Graph): void {
  for (const node of nodes) {
    message(writer, 1, () => {
      writeNode(writer, node);
    });
  }
  text(writer, 2, 'vocabscope');
  for (const constant of constants) {
    message(writer, 5, () => {
      writeConstant(writer, constant);
    });
  }
  for (const input of inputs) {
    message(writer, 11, () => {
      writeValue(writer, input);
    });
  }
  for (const output of outputs) {
    message(writer, 12, () => {
      writeValue(writer, output);
    });
  }
}

/** NodeProto: input 1, output 2, name 3, op_type 4, attribute 5. */
function writeNode(writer: Writer, { op, inputs, outputs, attributes = {} }: GraphNode): void {
  inputs.forEach((name) => {
    text(writer, 1, name);
  });
  outputs.forEach((name) => {
    text(writer, 2, name);
  });
  text(writer, 3, outputs[0] ?? op);
  text(writer, 4, op);
  for (const [name, value] of Object.entries(attributes)) {
    message(writer, 5, () => {
      writeAttribute(writer, name, value);
    });
  }
}

/** AttributeProto: name 1, f 2, i 3, s 4, ints 8, type 20. */
function writeAttribute(writer: Writer, name: string, value: GraphAttribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    int(writer, 3, value);
    int(writer, 20, INT_ATTRIBUTE);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    int(writer, 20, TEXT_ATTRIBUTE);
  } else if ('float' in value) {
    writer.uint32(tag(2, FIXED32)).float(value.float);
    int(writer, 20, FLOAT_ATTRIBUTE);
  } else {
    value.forEach((each) => {
      int(writer, 8, each);
    });
    int(writer, 20, INTS_ATTRIBUTE);
  }
}

/** TensorProto of int64 or one number: dims 1, data_type 2, float_data 4, int64_data 7, name 8. */
function writeConstant(writer: Writer, constant: GraphConstant): void {
  if ('integer' in constant) {
    int(writer, 2, TYPE_NUMBERS.int64);
    message(writer, 7, () => {
      writer.int64(constant.integer);
    });
  } else if ('number' in constant) {
    int(writer, 2, TYPE_NUMBERS.float32);
    message(writer, 4, () => {
      writer.float(constant.number);
    });
  } else {
    int(writer, 1, constant.values.length);
    int(writer, 2, TYPE_NUMBERS.int64);
    message(writer, 7, () => {
      constant.values.forEach((value) => {
        writer.int64(value);
      });
    });
  }
  text(writer, 8, constant.name);
}

/** ValueInfoProto: name 1, type 2 (tensor_type 1: elem_type 1, shape 2: dim 1: dim_value 1 or dim_param 2). */
function writeValue(writer: Writer, { name, type, axes }: GraphValue): void {
  text(writer, 1, name);
  message(writer, 2, () => {
    message(writer, 1, () => {
      int(writer, 1, TYPE_NUMBERS[type]);
      message(writer, 2, () => {
        axes.forEach((axis) => {
          message(writer, 1, () => {
            if (typeof axis === 'number') {
              int(writer, 1, axis);
            } else {
              text(writer, 2, axis);
            }
          });
        });
      });
    });
  });
}

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

function int(writer: Writer, field: number, value: number): void {
  writer.uint32(tag(field, VARINT)).int64(value);
}

function text(writer: Writer, field: number, value: string): void {
  writer.uint32(tag(field, BYTES)).string(value);
}

function message(writer: Writer, field: number, write: () => void): void {
  writer.uint32(tag(field, BYTES)).fork();
  write();
  writer.ldelim();
}
