// The encoder: numbers as the specification has them, and modules that run.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  access,
  branch,
  branchIf,
  branchTable,
  type Code,
  constant,
  constant64,
  createCode,
  encodeModule,
  end,
  FUNCTION_NAME,
  get,
  MEMORY_MODULE,
  MEMORY_NAME,
  op,
  open,
  otherwise,
  set,
  signed,
  tee,
  unsigned,
} from './wasm.ts';

const bytesOf = (write: (code: Code) => void): number[] => {
  const code = createCode();
  write(code);
  return [...code.bytes.subarray(0, code.length)];
};

/** A function of two numbers, with three locals besides, as it comes out of the module. */
function compiled(write: (code: Code) => void, memory = new WebAssembly.Memory({ initial: 1 })) {
  const code = createCode();
  write(code);
  const module = new WebAssembly.Module(encodeModule(code, 3));
  const { exports } = new WebAssembly.Instance(module, { [MEMORY_MODULE]: { [MEMORY_NAME]: memory } });
  return exports[FUNCTION_NAME] as (a: number, b: number) => number;
}

test('numbers are written in as few bytes as LEB128 needs', () => {
  expect(bytesOf((code) => unsigned(code, 624485))).toEqual([0xe5, 0x8e, 0x26]);
  expect(bytesOf((code) => unsigned(code, 127))).toEqual([0x7f]);
  expect(bytesOf((code) => unsigned(code, 128))).toEqual([0x80, 0x01]);
  expect(bytesOf((code) => unsigned(code, 0xffff_ffff))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  expect(bytesOf((code) => signed(code, -123456))).toEqual([0xc0, 0xbb, 0x78]);
  expect(bytesOf((code) => signed(code, 63))).toEqual([0x3f]);
  expect(bytesOf((code) => signed(code, 64))).toEqual([0xc0, 0x00]);
  expect(bytesOf((code) => signed(code, -64))).toEqual([0x40]);
  expect(bytesOf((code) => signed(code, 0x8000_0000))).toEqual([0x80, 0x80, 0x80, 0x80, 0x78]);
});

test('every constant comes back', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(compiled((code) => constant(code, value))(0, 0)).toBe(value);
    }),
  );
});

test('locals, arithmetic and memory', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const f = compiled((code) => {
    get(code, 0);
    get(code, 1);
    op(code, 'i32.mul');
    tee(code, 2);
    set(code, 3);
    constant(code, 8);
    get(code, 3);
    access(code, 'i32.store', 2, 100);
    constant(code, 8);
    access(code, 'i32.load16_s', 1, 100);
  }, memory);
  expect(f(300, 200)).toBe((60_000 << 16) >> 16);
  expect(new DataView(memory.buffer).getUint32(108, true)).toBe(60_000);
});

test('64-bit steps in between', () => {
  const upper = compiled((code) => {
    get(code, 0);
    op(code, 'i64.extend_i32_s');
    get(code, 1);
    op(code, 'i64.extend_i32_u');
    op(code, 'i64.mul');
    constant64(code, 32);
    op(code, 'i64.shr_u');
    op(code, 'i32.wrap_i64');
  });
  expect(upper(-1, -1)).toBe(-1);
  expect(upper(0x4000_0000, 8)).toBe(2);
});

test('an if that yields a value has both ways', () => {
  const choose = compiled((code) => {
    get(code, 0);
    open(code, 'if', null, true);
    constant(code, 5);
    otherwise(code);
    get(code, 1);
    end(code);
  });
  expect([choose(1, 9), choose(0, 9)]).toEqual([5, 9]);
});

test('branches find their label through everything that is open', () => {
  const [around, first, second, third] = [{ a: 0 }, { a: 1 }, { a: 2 }, { a: 3 }];
  const f = compiled((code) => {
    open(code, 'loop', around);
    open(code, 'block', third);
    open(code, 'block', second);
    open(code, 'block', first);
    get(code, 0);
    branchTable(code, [first, second, third]);
    end(code); // first: adds 10 until b is no longer below 100, then goes where 1 goes
    get(code, 1);
    constant(code, 10);
    op(code, 'i32.add');
    tee(code, 1);
    constant(code, 100);
    op(code, 'i32.lt_s');
    open(code, 'if');
    branch(code, around);
    end(code);
    end(code); // second
    get(code, 1);
    constant(code, 1000);
    op(code, 'i32.add');
    set(code, 1);
    get(code, 1);
    constant(code, 0);
    op(code, 'i32.lt_s');
    branchIf(code, third);
    end(code); // third, and whatever is above
    end(code);
    get(code, 1);
  });
  expect([f(0, 5), f(1, 5), f(2, 5), f(77, 5)]).toEqual([1105, 1005, 5, 5]);
});

test('a branch to nowhere and a block that stays open are noticed', () => {
  expect(() => bytesOf((code) => branch(code, {}))).toThrow('a branch leads to what encloses it');
  const code = createCode();
  open(code, 'block');
  expect(() => encodeModule(code, 0)).toThrow('everything opened is closed');
});

test('code longer than the first buffer', () => {
  const f = compiled((code) => {
    constant(code, 0);
    for (let n = 0; n < 10_000; n++) {
      constant(code, 3);
      op(code, 'i32.add');
    }
  });
  expect(f(0, 0)).toBe(30_000);
});
