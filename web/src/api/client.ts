import createClient from 'openapi-fetch';
import type { components, paths } from '../../../client/src/generated/schema.ts';
import type { ProblemParams } from '../../../locales/problem-text.ts';
import { loadAllMessages, t } from '../locales/messages.ts';
import { textOf } from '../locales/problem.ts';
import { fetchSignedIn } from './ended-session.ts';

export type Me = components['schemas']['Me'];
export type Conversation = components['schemas']['Conversation'];
export type FoundConversation = components['schemas']['FoundConversation'];
export type Tag = components['schemas']['Tag'];
export type SavedFilter = components['schemas']['SavedFilter'];
export type ConversationChange = components['schemas']['BatchChangeInput'];
/** A row of a list; rows of a search have a `hit`. `gone`: it belongs to the list no more, and is kept while in use. */
export type ListRow = Conversation & { hit?: FoundConversation['hit']; gone?: boolean };
/** One page of a list. */
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
export type MailboxImport = components['schemas']['MailboxImport'];
export type UnreadableMessage = components['schemas']['UnreadableMessage'];
export type MailboxLive = components['schemas']['MailboxStatus'];
export type Connection = components['schemas']['Connection'];
export type Alias = components['schemas']['Alias'];
export type Sender = components['schemas']['Sender'];
export type BulkMessage = components['schemas']['BulkMessage'];
export type Retention = components['schemas']['Retention'];
export type Receiving = components['schemas']['Receiving'];
export type OpeningHours = components['schemas']['OpeningHours'];
export type OwnAddresses = components['schemas']['OwnAddresses'];
export type Draft = components['schemas']['Draft'];
export type Quoting = components['schemas']['Quoting'];
export type QuotableMessage = components['schemas']['QuotableMessage'];
export type DraftAttachment = components['schemas']['DraftAttachment'];
export type WritingSettings = components['schemas']['ComposerSettings'];
export type SavedReply = components['schemas']['SavedReply'];
export type Member = components['schemas']['Member'];
export type PendingInvitation = components['schemas']['PendingInvitation'];
export type ApiKey = components['schemas']['ApiKey'];
export type ApiKeyScope = components['schemas']['ApiKeyScope'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookDelivery = components['schemas']['WebhookDelivery'];
export type WebhookEventType = components['schemas']['WebhookEventType'];
export type HealthArea = components['schemas']['HealthArea'];
export type HealthProcess = components['schemas']['HealthProcess'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type SignInWays = components['schemas']['SignInWays'];
export type SignInRequirement = components['schemas']['SignInRequirement'];
export type ProviderId = SignInWays['providers'][number]['id'];
export type Session = components['schemas']['Session'];
export type Notification = components['schemas']['Notification'];
export type NotificationPreferences = components['schemas']['NotificationPreferences'];
export type TemplateForm = components['schemas']['TemplateForm'];
export type Template = components['schemas']['Template'];
export type TemplateVersion = components['schemas']['TemplateVersion'];
export type TemplatePreview = components['schemas']['TemplatePreview'];
export type GoogleSetUp = components['schemas']['GoogleSetup'];
export type SecurityEventRegistration = components['schemas']['SecurityEventRegistration'];
export type GoogleCheck = components['schemas']['GoogleSetupCheck'];
/** A problem within an answer; `textOf` has its words in the language in use. */
export type EmbeddedProblem = components['schemas']['EmbeddedProblem'];
export type NameAndAddress = components['schemas']['NameAndAddress'];

/** What the server refused and why, in the language in use (RFC 9457). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  /** What to do about it; empty where there is nothing. */
  readonly detail: string;
  constructor(problem: { status: number; code: string; title: string; detail: string }) {
    super(problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
  }
}

/** The problem an answer carries; status 0 where there was no answer. */
export function problemOf(status: number, body: unknown): ProblemError {
  const { code = 'unreachable', title = '', ...more } = (body ?? {}) as Partial<ProblemBody>;
  return new ProblemError({
    status,
    code,
    ...(title
      ? textOf({ code, title, ...more })
      : { title: t('unreachable.title'), detail: t('unreachable.detail') }),
  });
}

type ProblemBody = { code: string; params: ProblemParams; title: string; detail: string };

export const api = createClient<paths>({ baseUrl: '', fetch: fetchSignedIn });

/** The data of an answer; throws a ProblemError where there is none. */
export async function unwrapResponse<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let result: { data?: T; error?: unknown; response: Response };
  try {
    result = await call;
  } catch {
    throw problemOf(0, null);
  }
  const { data, error, response } = result;
  if (response.ok) return data as T;
  // Without these messages the server's own title and detail are shown.
  await loadAllMessages().catch(() => {});
  throw problemOf(response.status, error);
}
