/** What one look at the installation found. */
export type Finding = {
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was looked at: config, key, clock, store, directory, source, document, policy, metadata, network. */
  readonly about: string;
  readonly message: string;
  /** What the operator can do. */
  readonly hint?: string | undefined;
};
