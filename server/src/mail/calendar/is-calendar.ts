/** Whether a file is an iCalendar text (RFC 5545). */
export function isCalendar({ mediaType, filename }: { mediaType: string; filename: string }): boolean {
  return /^(text\/calendar|application\/ics)$/.test(mediaType) || /\.ics$/i.test(filename);
}
