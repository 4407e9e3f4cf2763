/**
 * The operator's door: the command `gakumon`. Never talks to a server process: it writes records, which servers poll.
 * Owns the manners of the command line and how a new installation is written.
 */

export { type Installation, installationFiles, metadataFolder } from './installation/installationFiles.ts';
export { makeKeyFiles } from './installation/keyFiles.ts';
export { type NewFile, writeNewFiles } from './installation/newFiles.ts';
export { demoPolicyText } from './installation/policyText.ts';
export { runCli } from './runCli.ts';
