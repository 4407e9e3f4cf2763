import type { GuestRecords } from '@gakumon/directory';

/** For whoever looks at files without any records. */
export const noGuests: GuestRecords = {
  find: async () => undefined,
  list: async () => [],
  replace: async () => false,
  remove: async () => false,
};
