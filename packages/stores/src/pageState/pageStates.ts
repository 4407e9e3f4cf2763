/**
 * What a page remembers for the next one: a notice, an open tab. It proves nothing and may be lost at any time. The door
 * that writes it says what is in it.
 */
export interface PageStates {
  /** @returns undefined when there is none, or it is over */
  find(id: string): Promise<string | undefined>;
  /**
   * Puts it in the place of what was there.
   * @param expiresAt milliseconds
   */
  save(id: string, state: string, expiresAt: number): Promise<void>;
  remove(id: string): Promise<void>;
}
