/** Why a message was not delivered, as far as its report says. */
export type BounceReason =
  /** Gmail's limit of what the sending mailbox may send: not the recipient's doing. */
  | 'own-limit'
  /** A type of attachment that Gmail sends to nobody. */
  | 'blocked-file'
  | 'no-such-address'
  | 'no-such-domain'
  | 'moved'
  | 'takes-no-mail'
  | 'mailbox-full'
  | 'switched-off'
  | 'too-large'
  | 'too-many'
  | 'spam'
  | 'virus'
  | 'not-authenticated'
  | 'no-host-name'
  | 'blocked'
  | 'policy'
  | 'refused'
  | 'malformed'
  | 'not-in-time'
  | 'unreachable'
  | 'their-system'
  | 'unknown';

/** Permanent failures of the address; with all other reasons a later or a different message may be delivered. */
const hardReasons = new Set<BounceReason>(['no-such-address', 'no-such-domain', 'moved', 'takes-no-mail']);

/** Whether a reason is a permanent failure of the address (a hard bounce). */
export function isHard(reason: BounceReason): boolean {
  return hardReasons.has(reason);
}

/** The reasons for which an address did not take mail, whichever message it was; a full mailbox may be emptied. */
export const reasonsOfAddress: BounceReason[] = [...hardReasons, 'switched-off', 'mailbox-full'];

/** The subject and detail of an RFC 3463 status for each reason, for reports without a status. */
const statusOfReason: Record<BounceReason, string> = {
  'own-limit': '4.5',
  'blocked-file': '7.0',
  'no-such-address': '1.1',
  'no-such-domain': '1.2',
  moved: '1.6',
  'takes-no-mail': '1.10',
  'mailbox-full': '2.2',
  'switched-off': '2.1',
  'too-large': '3.4',
  'too-many': '7.28',
  spam: '7.1',
  virus: '7.1',
  'not-authenticated': '7.26',
  'no-host-name': '7.25',
  blocked: '7.1',
  policy: '7.1',
  refused: '7.1',
  malformed: '6.0',
  'not-in-time': '4.7',
  unreachable: '4.1',
  'their-system': '3.0',
  unknown: '0.0',
};

/** An RFC 3463 status for a reason; `kind` is its class, 4 or 5. */
export function statusFor(kind: string, reason: BounceReason): string {
  return `${kind}.${statusOfReason[reason]}`;
}

/** Gmail's own texts about the sender (docs/gmail.md, section 7), with the pages that they refer to. */
const aboutSender: Array<[BounceReason, RegExp]> = [
  [
    'own-limit',
    /reached (a|your) limit for sending (e-?)?mail|daily (user|smtp relay|user relay) (sending )?(limit|quota) exceeded|support\.google\.com\/(a|mail)\/answer\/(166852|22839)\b/i,
  ],
  [
    'blocked-file',
    /support\.google\.com\/mail\/\?p=BlockedMessage|content presents a potential\s+security issue/i,
  ],
];

/**
 * Texts of mail servers, specific ones before general ones; the first match counts. They occur in reports
 * of Postfix, Exim, Sendmail, qmail, Exchange, Gmail and Yahoo, and in replies of the large providers.
 */
const textPatterns: Array<[BounceReason, RegExp]> = [
  ['no-such-domain', /(account|domain) may not exist/i],
  ['not-in-time', /gr[ea]y-?list/i],
  ['unreachable', /host not found, try again/i],
  ['their-system', /procmail|pipe to \||unable to contact ldap/i],
  [
    'not-authenticated',
    /\b(dmarc|dkim policy|spf\b.{0,30}(fail|record|polic|check)|bad spf)|unauthenticated (e-?)?mail|sender is unauthenticated|sender policy framework|does not pass (spf|dkim|dmarc)|fail\w{0,10} (spf|dkim)\b/i,
  ],
  [
    'no-host-name',
    /\bptr\b|reverse.?(dns|lookup|hostname|resolution)|\brdns\b|(find|resolve) your (reverse )?host ?name|must have (a |valid )?(ptr|reverse)|no hostname|without a valid (sender domain|hostname)|unverif\w{1,10} sending ip|helo.{0,30}(does not resolve|invalid|host not found)/i,
  ],
  [
    'refused',
    /(domain of |envelope )?sender('s)? (address|domain|e-?mail)?.{0,20}(rejected|refused|denied|blocked|does not exist|not exist|invalid|not found)|domain of sender address|from: domain is invalid|purported responsible|to\/from an address that has been/i,
  ],
  [
    'mailbox-full',
    /(mail ?box|inbox|account|folder|user|recipient).{0,30}(\bfull\b|exceeds? (its |the )?(allowed|size|storage|quota|limit)|over.?quota|out of (space|storage))|over.?quota|quota.{0,20}(exceeded|full|reached)|exceed.{0,35}(quota|storage|allowed size)|insufficient (disk|mailbox|user) ?(storage|space)|too much mail|disk (quota|full)|(not enough|out of|no) (storage|disk|mailbox) ?space|容量|満杯|いっぱい|boîte.{0,30}pleine|buz[óo]n.{0,20}lleno|post(fach|eingang).{0,20}(voll|überf)|casella.{0,20}piena|caixa.{0,20}cheia|переполнен|已满|已滿/i,
  ],
  [
    'too-large',
    /(message|mail|e-?mail|size|length|attachment).{0,25}(too (big|large)|exceeds? (a |the |its )?(fixed|maximum|max|administrative|size|limit))|(size|length) limit|message is too large|exceeds .{0,20}message size|zu groß|trop (gros|volumineux)|demasiado grande/i,
  ],
  [
    'too-many',
    /too many (connections|recipients|messages|concurrent|e?-?mails?|sessions|rcpt|invalid)|(rate|frequency|connection)s?.{0,15}(limit|exceeded)|rate.?limit(?!ed due to ip reputation)|sending limit|throttl|receiving mail at a rate/i,
  ],
  ['virus', /virus|malware|infected|trojan|mcspamsignature/i],
  [
    'malformed',
    /rfc ?\d{3,4}.{0,20}(compliant|violat)|not .{0,20}compliant|duplicate header|multiple (addresses in from|subject|from)|header error|headers? too (large|long)|improper (sequence|use)|bad (header|sequence)|malformed (header|message|mime)|bare (lf|newline)|line too long|message content rejected\b(?!.{0,20}(ube|spam))|8bit|unsupported (media|encoding)/i,
  ],
  [
    'blocked',
    /open relay|reputation|black.?list|block.?list|\b(dns|r)bl\b|spamhaus|sorbs|barracudacentral|spamcop|(banned|blocked) (sending )?(ip|host|client|network|server)|\b(ip|client|host|server|network)\b.{0,60}(is |was |been |are )?(blocked|banned|blacklisted|listed)|blocked (using|by|-)|client host (rejected|.{0,40}blocked)|unexpected volume|not accepting connections|service refuse|connection (denied|rejected|blocked)|please use the smtp|after initial connection:.{0,40}(denied|rejected|refused)/i,
  ],
  [
    'spam',
    /\bspam|unsolicited|\bu[bc]e\b|junk (e-?)?mail|(content|message|mail) (was )?(rejected|refused) (as|for|because|due to) (its )?(content|spam)|likely suspicious|mail rejete|courrier indésirable|bulk mail/i,
  ],
  [
    'takes-no-mail',
    /null.?mx|(doesn.t|does not|do not|not) (receive|accept|accepting|take)( any| network)? (e-?mail|messages|mail)\b|not accepting (network )?messages|no mx (record|host|found)|couldn.t find a mail exchanger|type=mx: malformed/i,
  ],
  [
    'no-such-domain',
    /host(name)?( \S{1,100})? (unknown|not found|or domain name not found)|unknown (host|domain)|no such (host|domain)|domain( name)?\b.{0,60}(not exist|not found|unknown|not reachable|couldn.t be found|invalid)|(invalid|illegal|bad|unresolvable) (domain|host)|unrout(e?able|able) (mail )?(domain|address)|couldn.t find any host|nxdomain|name or service not known|no relevant answers|(?<!@)\b[\w-]{1,63}\.[a-z]{2,20} does not exist/i,
  ],
  [
    'moved',
    /(mail ?box|recipient|user|address).{0,20}(has )?moved|recipient no longer|no longer (on|at|with|works|employed)|not our (user|customer)|no forward(ing)? address/i,
  ],
  [
    'switched-off',
    /(account|mail ?box|user|recipient).{0,60}(disabled|suspended|inactive|not active|deactivated|discontinued|is blocked|locked|expired|closed|turned off)|(compte|konto|cuenta|conta).{0,40}(bloqu|gesperrt|deaktiv|suspend|desactiv)/i,
  ],
  [
    'no-such-address',
    /user(name)?\s?(is )?(unknown|not (found|known|exist|listed|recogni))|unknown.{0,15}(user|address|recipient|mailbox|local|alias|account)|(user|mailbox|address|recipient|account|alias|person|inbox|name)( name)?\b.{0,40}(does(n.t| not)|do not|did not) exist|no (such|mailbox|account|recipient|valid) ?(user|mailbox|address|recipient|person|account|here|by that)?|(user|address|recipient|mailbox|account|email|name).{0,40}(not (be )?(found|listed|known|recogni[sz]ed|valid)|couldn.t be found|is unknown|invalid|isn.t in)|invalid.{0,15}(recipient|mailbox|address|user)|recipient ?not ?found|recipnotfound|mailbox (unavailable|not available)|does(n.t| not) have (a|an) .{0,60}account|bad (address|destination)|illegal (alias|user)|inactive email address|recipient preferences|(adresse|destinataire).{0,30}invalide|存在しません|不存在|nicht (bekannt|gefunden|existier)|unbekannt|inconnu|desconocid|no existe|non esist|sconosciut|onbekend|não existe|не существует|не найден/i,
  ],
  [
    'policy',
    /relay|authentication required|authrequired|smtp authentication|polic(y|ies)\b|not (allowed|permitted|authori[sz]ed)|security|restricted/i,
  ],
  ['no-such-address', /address(es)? rejected/i],
  [
    'unreachable',
    /connection (refused|reset|lost|dropped|failed|closed)|lost connection|no route|network (is )?(unreachable|error)|hop count|too many hops|(routing|mail) loop|loops back|able to (establish|connect)|(cannot|could ?n.t|unable to) (connect|contact)|name service error|dns (error|query|lookup|server)|host not reachable|handshake/i,
  ],
  [
    'not-in-time',
    /expired|timed? ?out|in the queue too long|too long|retry time|(multiple|many) retries|giv(e|en|ing) up|gave up|failed \d{1,9} attempts|\d{1,9} attempts|for (more than |the last )?\d{1,9} (seconds|minutes|hours|days)|did not accept our requests to connect|deferred|delay|will be retried|could not deliver|queue/i,
  ],
  [
    'their-system',
    /(system|configuration|internal|local|server|delivery|software|program) (error|problem|failure|failed)|service.{0,15}unavailable|\bldap\b|could not load|procmail|pipe to|cannot open|can.t create|i\/o error|temporary (failure|error|problem)|out of memory|aliasing|misconfigur/i,
  ],
  [
    'refused',
    /access denied|rejected|refused|denied|not accepted|unwanted|do not want|don.t accept|permission/i,
  ],
];

/** Statuses (RFC 3463) that are more reliable than the text. */
const decisiveStatuses: Array<[RegExp, BounceReason]> = [
  [/^[45]\.1\.6$/, 'moved'],
  [/^[45]\.1\.[78]$/, 'refused'],
  [/^[45]\.1\.2$/, 'no-such-domain'],
  [/^[45]\.2\.2$/, 'mailbox-full'],
  [/^[45]\.(2\.3|3\.4)$/, 'too-large'],
  [/^5\.3\.2$/, 'takes-no-mail'],
  [/^[45]\.7\.(2[0-4]|26|509)$/, 'not-authenticated'],
  [/^[45]\.7\.25$/, 'no-host-name'],
  [/^[45]\.7\.(28|708)$/, 'too-many'],
  [/^[45]\.7\.(5[01]\d|6\d\d)$/, 'blocked'],
];

/** Statuses used if no text matches. */
const fallbackStatuses: Array<[RegExp, BounceReason]> = [
  [/^[45]\.1\.(0|1|3|4|351)$/, 'no-such-address'],
  [/^[45]\.1\.10$/, 'takes-no-mail'],
  [/^[45]\.2\.1$/, 'switched-off'],
  [/^[45]\.2\.4$/, 'no-such-address'],
  [/^[45]\.3\.\d+$/, 'their-system'],
  [/^[45]\.4\.4$/, 'no-such-domain'],
  [/^[45]\.4\.(7|316)$/, 'not-in-time'],
  [/^[45]\.4\.\d+$/, 'unreachable'],
  [/^[45]\.[56]\.\d+$/, 'malformed'],
  [/^[45]\.7\.1$/, 'refused'],
  [/^[45]\.7\.\d+$/, 'policy'],
];

/** How much of a text is searched, in characters. */
const maxTextLength = 8_000;

/**
 * The reason for a failure: by what Gmail says about the sender, by a reliable status, by the other server's reply (`diagnostic`), by any other
 * status, and last by the text of the whole report, which may be about other addresses too.
 */
export function reasonFor(status: string | null, diagnostic: string, report: string): BounceReason {
  return (
    aboutSender.find(
      ([, pattern]) => pattern.test(joinReplyLines(diagnostic)) || pattern.test(report),
    )?.[0] ??
    reasonFromStatus(decisiveStatuses, status) ??
    reasonFromText(withoutAddresses(diagnostic)) ??
    reasonFromStatus(fallbackStatuses, status) ??
    // Google Groups: no such group, or no permission to post. The text is localized, the link is always there.
    (/groups\.google\.com\/support/.test(report) ? 'refused' : null) ??
    reasonFromText(withoutAddresses(report.slice(0, maxTextLength))) ??
    'unknown'
  );
}

function reasonFromStatus(table: Array<[RegExp, BounceReason]>, status: string | null): BounceReason | null {
  return table.find(([pattern]) => status !== null && pattern.test(status))?.[1] ?? null;
}

function reasonFromText(text: string): BounceReason | null {
  return textPatterns.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** Removes addresses and links, which may contain any of the texts: `userunknown@…`, `…/blocklist`. */
function withoutAddresses(text: string): string {
  return text
    .slice(0, maxTextLength)
    .replace(/(?<![^\s<>@])[^\s<>@]+@[^\s<>@]+/g, '@')
    .replace(/https?:\/\/\S+/g, '');
}

/** A reply of several lines (RFC 5321, 4.2.1) repeats its codes at the start of each. */
function joinReplyLines(diagnostic: string): string {
  return diagnostic.slice(0, maxTextLength).replace(/\s{1,10}\d{3}[- ](\d\.\d{1,3}\.\d{1,3} )?/g, ' ');
}
