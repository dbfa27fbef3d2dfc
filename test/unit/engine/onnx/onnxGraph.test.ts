import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../../src/engine/onnx/onnxGraph';
import { coresIn } from '../../../../src/engine/onnx/physicalCores';

describe('graphs that are written', () => {
  it('run as they were meant: constants, attributes of both kinds, named axes', async () => {
    const model = encodeModel({
      inputs: [{ name: 'a', type: 'float32', axes: ['n', 2] }],
      outputs: [{ name: 'y', type: 'float32', axes: [1, 'n'] }],
      constants: [{ name: 'axis', values: [-1] }],
      nodes: [
        { op: 'ReduceMax', inputs: ['a', 'axis'], outputs: ['m'], attributes: { keepdims: 1 } },
        { op: 'LeakyRelu', inputs: ['m'], outputs: ['l'], attributes: { alpha: { float: 0.5 } } },
        { op: 'Transpose', inputs: ['l'], outputs: ['y'] },
      ],
    });
    const session = await InferenceSession.create(model);
    const { y } = await session.run({
      a: new Tensor('float32', Float32Array.of(1, 2, -6, -4), [2, 2]),
    });
    expect(y?.dims).toEqual([1, 2]);
    expect(y?.data).toEqual(Float32Array.of(2, -2));
    await session.release();
  });
});

describe('physical cores', () => {
  const processor = (socket: number, core: number): string =>
    `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}\nflags\t: fpu`;

  it.each([
    [
      'two threads on each of two cores',
      [
        [0, 0],
        [0, 1],
        [0, 0],
        [0, 1],
      ],
      2,
    ],
    [
      'two sockets',
      [
        [0, 0],
        [1, 0],
      ],
      2,
    ],
    ['nothing said', [], 0],
  ])('are told from %s', (_, processors, cores) => {
    const info = processors.map(([socket, core]) => processor(socket ?? 0, core ?? 0)).join('\n\n');
    expect(coresIn(info)).toBe(cores);
  });
});
