import createClient from 'openapi-fetch';
import { said, translated } from '../words/said.ts';
import { words } from '../words/words.ts';
import type { components, paths } from './generated/schema.ts';

export type Me = components['schemas']['Me'];
export type Conversation = components['schemas']['Conversation'];
export type FoundConversation = components['schemas']['FoundConversation'];
export type Tag = components['schemas']['Tag'];
export type SavedFilter = components['schemas']['SavedFilter'];
export type ConversationChange = components['schemas']['BatchChangeInput'];
/** One page of a list; rows of a search have a `hit`. */
export type ListRow = Conversation & { hit?: FoundConversation['hit'] };
export type ListPage = {
  conversations: ListRow[];
  next: string | null;
  more?: boolean;
  problems?: Array<{ code: string; value: string }>;
};
export type ConversationPage = components['schemas']['ConversationPage'];
export type ConversationEvent = components['schemas']['ConversationEvent'];
export type Message = components['schemas']['Message'];
export type Mailbox = components['schemas']['Mailbox'];
export type MailboxLive = components['schemas']['MailboxStatus'];
export type Connection = components['schemas']['Connection'];
export type Sender = components['schemas']['Sender'];
export type BulkMessage = components['schemas']['BulkMessage'];
export type Receiving = components['schemas']['Receiving'];
export type Draft = components['schemas']['Draft'];
export type DraftAttachment = components['schemas']['DraftAttachment'];
export type WritingSettings = components['schemas']['ComposerSettings'];
export type SavedReply = components['schemas']['SavedReply'];
export type Member = components['schemas']['Member'];
export type PendingInvitation = components['schemas']['PendingInvitation'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type Session = components['schemas']['Session'];
export type Notification = components['schemas']['Notification'];
export type NotificationPreferences = components['schemas']['NotificationPreferences'];
export type Template = components['schemas']['Template'];
export type TemplateVersion = components['schemas']['TemplateVersion'];
export type TemplatePreview = components['schemas']['TemplatePreview'];
export type GoogleSetUp = components['schemas']['GoogleSetup'];
export type GoogleCheck = components['schemas']['GoogleSetupCheck'];
export type NameAndAddress = components['schemas']['NameAndAddress'];

/** An error response of the API (RFC 9457): `message` is its title and `remedy` its detail, ready to show. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;
  constructor(problem: { status: number; code: string; title: string; detail: string }) {
    super(said(problem.title, words.server));
    this.status = problem.status;
    this.code = problem.code;
    this.remedy = said(problem.detail, words.server);
  }
}

/** The error shown when the server does not answer. */
export const unreachableProblem = () =>
  new ProblemError({
    status: 0,
    code: 'unreachable',
    title: words.problem.unreachable,
    detail: words.problem.unreachableRemedy,
  });

export const api = createClient<paths>({ baseUrl: '' });

/** The data of a response; throws a ProblemError for an error response or none. */
export async function unwrapResponse<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let result: { data?: T; error?: unknown; response: Response };
  try {
    result = await call;
  } catch {
    throw unreachableProblem();
  }
  const { data, error, response } = result;
  if (response.ok) return translated(data as T, words.server);
  const { title, detail, code } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Record<'title' | 'detail' | 'code', string>
  >;
  throw new ProblemError({
    status: response.status,
    code: code ?? 'unreachable',
    title: title || words.problem.unreachable,
    detail: detail ?? words.problem.unreachableRemedy,
  });
}
