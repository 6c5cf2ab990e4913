// The few names from outside the language that the engine may use. The browser and Node have all of them, alike.
// Only tsconfig.engine.json reads this file; elsewhere the platform's own types say the same and more.

declare module '*?raw' {
  const text: string;
  export default text;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: 'utf-8', options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array<ArrayBuffer>): string;
}

declare class CompressionStream {
  constructor(format: 'deflate-raw');
  readonly readable: ByteReadable;
  readonly writable: ByteWritable;
}

declare class DecompressionStream {
  constructor(format: 'deflate-raw');
  readonly readable: ByteReadable;
  readonly writable: ByteWritable;
}

interface ByteReadable {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> | undefined }>;
    cancel(): Promise<void>;
  };
}

interface ByteWritable {
  getWriter(): {
    write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  };
}

/** A deep copy of plain data; works on records, arrays, typed arrays, Map and Set. */
declare function structuredClone<T>(value: T): T;

/** Wherever it is refused, its constructors throw. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>);
    readonly exports: Record<string, unknown>;
  }
}
