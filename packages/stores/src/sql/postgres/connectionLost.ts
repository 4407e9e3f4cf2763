/**
 * A connection can be used no longer.
 * `repeatable`: `always`: what it was asked last has certainly not been done; `reads`: it may have been; `never`: the
 * server was silent for as long as anybody may wait.
 */
export class ConnectionLost extends Error {
  readonly repeatable: 'always' | 'reads' | 'never';

  constructor(message: string, repeatable: ConnectionLost['repeatable'], cause?: unknown) {
    super(message, { cause });
    this.name = 'ConnectionLost';
    this.repeatable = repeatable;
  }
}
