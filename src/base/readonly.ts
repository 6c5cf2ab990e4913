// A value that one may look at and not change, all the way down.

/** `T` for whoever only reads it. Typed arrays are left as they are. */
export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends ArrayBufferView | string | number | boolean | bigint | symbol | null | undefined
    ? T
    : T extends readonly (infer U)[]
      ? readonly DeepReadonly<U>[]
      : { readonly [K in keyof T]: DeepReadonly<T[K]> };
