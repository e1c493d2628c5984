import type { Simulator } from '../simulator.ts';
import { invalid, PubSubError } from './errors.ts';
import { type MethodCall, unknownMethod } from './method-call.ts';
import { type Publication, publish } from './publish.ts';
import { createTopic, deleteTopic, getPolicy, getTopic, hasIam, setPolicy } from './topics.ts';

/** The methods of one topic (Pub/Sub reference, projects.topics). */
export function callTopic(simulator: Simulator, { name, verb, body }: MethodCall): object {
  if (/IamP/.test(verb) && !hasIam(simulator)) {
    // As Google's Pub/Sub emulator answers (docs/gmail.md, section 7).
    throw new PubSubError(501, 'UNIMPLEMENTED', 'Method not implemented.');
  }
  switch (verb) {
    case 'PUT':
      return createTopic(simulator, name, body.labels);
    case 'GET':
      return getTopic(simulator, name);
    case 'DELETE':
      deleteTopic(simulator, name);
      return {};
    case 'POST publish':
      return publishAll(simulator, name, body.messages ?? []);
    case 'GET getIamPolicy':
      return getPolicy(simulator, name);
    case 'POST setIamPolicy':
      return setPolicy(simulator, name, body.policy);
    case 'POST testIamPermissions':
      getTopic(simulator, name);
      return { permissions: body.permissions ?? [] };
    default:
      throw unknownMethod();
  }
}

function publishAll(simulator: Simulator, topic: string, messages: Publication[]): { messageIds: string[] } {
  getTopic(simulator, topic);
  if (messages.length === 0) throw invalid('The value for message_count is too small. You passed 0.');
  if (messages.some(({ data, attributes }) => !data && Object.keys(attributes ?? {}).length === 0)) {
    throw invalid('One or more messages in the publish request is empty.');
  }
  const messageIds = messages.map(({ data, attributes }) =>
    publish(simulator, topic, { data: data ?? '', attributes }),
  );
  return { messageIds };
}
