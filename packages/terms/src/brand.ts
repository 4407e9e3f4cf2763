/** A nominal type over a structural one: a plain `T` is not assignable to `Brand<T, Name>` without passing its constructor. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
