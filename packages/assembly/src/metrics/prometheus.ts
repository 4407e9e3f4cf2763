import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type MetricName, metricTable, type Sample } from './metricTable.ts';

/** What a monitor gets. */
export type Exposition = { readonly contentType: string; readonly text: string };

/** Makes what writes samples, and what Node tells of this process, in Prometheus' text format. */
export function createWriter(): (samples: readonly Sample[]) => Promise<Exposition> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const names = Object.keys(metricTable) as MetricName[];
  const metrics = new Map(names.map((name) => [name, metricOf(name, registry)]));
  return async (samples) => {
    for (const metric of metrics.values()) metric.reset();
    for (const { name, labels, value } of samples) metrics.get(name)?.inc(labels, value);
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}

function metricOf(name: MetricName, registry: Registry): Gauge<string> | Counter<string> {
  const { type, labels, help } = metricTable[name];
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  return type === 'gauge' ? new Gauge(options) : new Counter(options);
}
