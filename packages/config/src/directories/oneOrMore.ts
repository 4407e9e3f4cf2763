import { byForm, z } from '../schema.ts';

/** One, or a list of at least one; a list comes out. */
export const oneOrMore = <T>(schema: z.ZodType<T>) =>
  byForm<readonly T[]>((value) =>
    value === undefined
      ? z.never({ error: 'is missing' })
      : Array.isArray(value)
        ? z.array(schema).min(1, { error: 'is empty' })
        : (schema.transform((one) => [one]) as unknown as z.ZodType<readonly T[]>),
  );
