/** Something about a source that the operator should find in the log; never a value of a person. */
export type SourceNotice = {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
};

/** Takes notice. It must not throw. */
export type SourceReport = (notice: SourceNotice) => void;
