/** Something in metadata that did not stop it from being used, for the operator to look into. */
export type MetadataWarning = {
  /** The name of the metadata source. */
  readonly source: string;
  /** The entity that it is about; undefined when it is about the document or the source. */
  readonly entityId: string | undefined;
  readonly message: string;
};

/** Takes note of something about the entity that is being read. */
export type Warn = (message: string) => void;

/** Makes a `Warn` for one entity, or for the document. */
export type WarnAbout = (entityId: string | undefined) => Warn;

/** Shows a piece of a foreign document in a message: quoted, never long, and unable to steer the terminal it ends up on. */
export function quote(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return JSON.stringify(short).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
