/** Something that the operator should find in the log. */
export type Notice = {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
};

/** Takes notice. It must not throw. */
export type Report = (notice: Notice) => void;

const levels = { info: 30, warn: 40, error: 50 } as const;

/** Writes one JSON line per notice on stderr, in the field names of the server's own log. */
export const reportToStderr: Report = ({ level, message, fields }) => {
  process.stderr.write(
    `${JSON.stringify({ level: levels[level], time: new Date().toISOString(), ...fields, msg: message })}\n`,
  );
};
