import { privateRedis } from '@gakumon/testkit';
import { conformRedis } from './testing/conformRedis.ts';

conformRedis('one Redis server', () => privateRedis());
