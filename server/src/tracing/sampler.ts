import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/**
 * The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG name
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/); every trace without them, or where
 * they are not understood, which is logged.
 */
export function createSampler(
  env: NodeJS.ProcessEnv,
  log: { warn(details: object, message: string): void },
): Sampler {
  const { OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: argument = '' } = env;
  const [, prefix = '', kind = ''] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ?? [];
  const ratio = argument === '' ? 1 : Number(argument);
  const isUnderstood = (name === '' || kind !== '') && ratio >= 0 && ratio <= 1;
  if (!isUnderstood) log.warn({ name, argument }, 'OTEL_TRACES_SAMPLER is not understood: all is traced');
  if (!isUnderstood || name === '') return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  const root = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  }[kind as 'always_on' | 'always_off' | 'traceidratio']();
  return prefix ? new ParentBasedSampler({ root }) : root;
}
