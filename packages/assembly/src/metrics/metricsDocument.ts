import { metricTable } from './metricTable.ts';

/** `docs/metrics.md`, made from the table that the program itself uses. */
export function metricsDocument(): string {
  const rows = Object.entries(metricTable).map(([name, { type, labels, help }]) => {
    const label = labels.map((one) => `\`${one}\``).join(', ');
    return `| \`${name}\` | ${type} | ${label} | ${help} |`;
  });
  return `# What Gakumon tells monitors

<!-- Made from packages/assembly/src/metrics/metricTable.ts. After a change there: GAKUMON_UPDATE_DOCS=1, then the test metricsDocument. -->

\`/metrics\` in Prometheus' text format, on \`listen.management\` of gakumon.yaml (\`127.0.0.1:8089\` unless it says something else; \`off\` opens
no port). Every node tells of itself. Nothing personal is in it, but the codes of refusals and the names of sources are: leave it on
loopback or on a network of your own. When its port is taken, logins go on, the log says so, and it is tried again every ten seconds.
On loopback it is asked by an address or as \`localhost\`: whatever other name stands in Host is refused (421), since a page of the web may have made it up.

Names and labels stay as they are; new ones may come.

| name | type | labels | what it says |
| --- | --- | --- | --- |
${rows.join('\n')}

Beside them stand what prom-client tells of every Node process: \`process_*\` and \`nodejs_*\` (CPU, memory, event loop, garbage collection), from
the first time that somebody asks.

## What to be woken by

\`\`\`yaml
groups:
  - name: gakumon
    rules:
      - alert: MetadataExpires          # a federation gives about two weeks; then nobody can log in any more
        expr: gakumon_metadata_valid_seconds < 5 * 24 * 3600
      - alert: MetadataNotRefreshed
        expr: time() - gakumon_metadata_last_refresh_timestamp_seconds > 24 * 3600
      - alert: MetadataHeld             # gakumon metadata diff, then gakumon metadata refresh --accept
        expr: gakumon_metadata_held == 1
      - alert: MetadataUnusable
        expr: gakumon_metadata_usable == 0
\`\`\`
`;
}
