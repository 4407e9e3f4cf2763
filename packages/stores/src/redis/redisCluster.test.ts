import { privateCluster } from '@gakumon/testkit';
import { conformRedis } from './testing/conformRedis.ts';

conformRedis('a Redis Cluster of three masters', () => privateCluster());
