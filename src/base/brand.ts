// Types that look alike to the machine but must not be mixed: a moment is not a count.

declare const brand: unique symbol;

/**
 * A `Base` that only its own makers produce: `type SimTime = Brand<number, 'SimTime'>`. Costs nothing at run time.
 * A value is branded with `as`, in one small named function beside the type, and nowhere else.
 */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
