import { privateSentinels } from '@gakumon/testkit';
import { conformRedis } from './testing/conformRedis.ts';

conformRedis('a Redis master that Sentinels name', () => privateSentinels());
