import windowsZones from 'cldr-core/supplemental/windowsZones.json' with { type: 'json' };

const ianaNames = new Map(
  windowsZones.supplemental.windowsZones.mapTimezones.flatMap(({ mapZone }) =>
    // 001 is the world: the zone's main place.
    mapZone._territory === '001' ? [[mapZone._other.toLowerCase(), mapZone._type] as const] : [],
  ),
);

/**
 * The IANA name of a time zone that Outlook and Exchange name as Windows does ("W. Europe Standard Time"), by the
 * table of Unicode CLDR; null for any other name.
 */
export function ianaNameOf(windowsName: string): string | null {
  const name = windowsName.trim().replace(/^tzone:\/\/Microsoft\//i, '');
  return ianaNames.get(name.toLowerCase()) ?? null;
}
