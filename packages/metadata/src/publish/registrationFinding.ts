/** Where our metadata is to be registered. */
export type Federation = 'gakunin' | 'edugain';

/** Something that stands between our metadata and a federation. */
export type RegistrationFinding = {
  /**
   * `refused`: the rules of the federation forbid it. `asked`: the application form wants it, or something beside it.
   * `advice`: works without, or nobody outside knows whether it would be refused.
   */
  readonly level: 'refused' | 'asked' | 'advice';
  readonly about:
    | 'entityID'
    | 'endpoint'
    | 'certificate'
    | 'scope'
    | 'name'
    | 'organization'
    | 'contact'
    | 'discovery'
    | 'validity';
  readonly message: string;
  /** What the operator can do. */
  readonly hint: string;
};
