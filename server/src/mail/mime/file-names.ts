/** Longer names are no use on any file system (UTF-16 code units). */
const maxLength = 250;

/**
 * A declared file name as it is listed: whole, but without control characters and marks that disguise its extension
 * (Unicode TR 36), and with underscores for slashes. Of the path of a file on the sender's disk, the last part; of an
 * overlong name, the beginning and the extension. Empty if nothing is left.
 */
export function cleanFileName(name: string): string {
  const visible = name
    .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
    .replace(
      /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu,
      '',
    );
  const whole = visible
    .replace(
      /^\s*(?:[a-z]:[\\/]|\\\\|file:\/\/|\/(?:home|users|tmp|var|private|mnt|root)\/).*[\\/](?=[^\\/]+$)/is,
      '',
    )
    .replace(/[\\/]/g, '_')
    .trim();
  return /^[._\s]*$/.test(whole) ? '' : shorten(whole);
}

function shorten(name: string): string {
  if (name.length <= maxLength) return name;
  const extension = /\.[^.\s]{1,20}$/.exec(name)?.[0] ?? '';
  return `${name.slice(0, maxLength - extension.length - 1).replace(/[\ud800-\udbff]$/, '')}…${extension}`;
}

const usualNames: Record<string, string> = {
  'message/rfc822': 'message-#.eml',
  'message/global': 'message-#.eml',
  'message/partial': 'message-#.eml',
  'message/delivery-status': 'delivery-report-#.txt',
  'message/disposition-notification': 'receipt-#.txt',
  'message/feedback-report': 'complaint-#.txt',
  'message/external-body': 'elsewhere-#.txt',
  'text/rfc822-headers': 'headers-#.txt',
  'text/calendar': 'invitation-#.ics',
  'text/plain': 'text-#.txt',
  'text/vcard': 'contact-#.vcf',
  'text/x-vcard': 'contact-#.vcf',
  'image/jpeg': 'attachment-#.jpg',
  'image/svg+xml': 'attachment-#.svg',
  'application/ms-tnef': 'winmail.dat',
  'application/vnd.ms-tnef': 'winmail.dat',
  'application/pgp-signature': 'signature.asc',
  'application/pgp-keys': 'key-#.asc',
  'application/pkcs7-signature': 'smime.p7s',
  'application/x-pkcs7-signature': 'smime.p7s',
  'application/pkcs7-mime': 'smime.p7m',
  'application/x-pkcs7-mime': 'smime.p7m',
};

/** The file name of a part without one; `index` counts from 0. */
export function defaultFileName(mediaType: string, index: number): string {
  const usualName = usualNames[mediaType];
  if (usualName) return usualName.replace('#', String(index + 1));
  const subtype = /^[a-z]+\/(?:x-)?([a-z0-9]{1,8})$/.exec(mediaType)?.[1];
  return `attachment-${index + 1}${subtype ? `.${subtype}` : ''}`;
}
