/** What cannot be read, and is as good as none: whoever it belonged to logs in anew. A mark or a throttle never is. */
export type UnreadableKind = 'session' | 'sessions of a person' | 'pending login';

/**
 * Told once of each value that was found unreadable and taken away: it is damaged, or a later release wrote it.
 * @param id by which an operator finds it; it opens nothing
 */
export type TellUnreadable = (kind: UnreadableKind, id: string) => void;

export const tellNobody: TellUnreadable = () => {};
