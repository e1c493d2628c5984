import { expect, test } from 'vitest';
import { parseUserAgent } from './parse-user-agent.ts';

const on = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
test.each([
  [`${on} Chrome/141.0.0.0 Safari/537.36`, 'Chrome', 'Windows', false],
  [`${on} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`, 'Edge', 'Windows', false],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux', false],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
    true,
  ],
  ['curl/8.5.0', '', '', false],
])('%s', (userAgent, browser, system, phone) =>
  expect(parseUserAgent(userAgent)).toEqual({ browser, system, phone }),
);
