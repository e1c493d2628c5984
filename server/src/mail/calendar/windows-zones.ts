import windowsZones from 'cldr-core/supplemental/windowsZones.json' with { type: 'json' };

const ianaNames = new Map(
  windowsZones.supplemental.windowsZones.mapTimezones.flatMap(({ mapZone }) =>
    // 001 is the world: the zone's main place.
    mapZone._territory === '001' ? [[mapZone._other.toLowerCase(), mapZone._type] as const] : [],
  ),
);

const cities = new Map(
  Intl.supportedValuesOf('timeZone').map((zone) => [zone.slice(zone.lastIndexOf('/') + 1), zone]),
);

/**
 * The IANA name of a time zone that Outlook and Exchange name as Windows does ("W. Europe Standard Time"), by the
 * table of Unicode CLDR, or as Windows shows it ("(UTC+01:00) Amsterdam, Berlin"), by its first known city; null
 * for any other name.
 */
export function ianaNameOf(windowsName: string): string | null {
  const name = windowsName.trim().replace(/^tzone:\/\/Microsoft\//i, '');
  return ianaNames.get(name.toLowerCase()) ?? zoneShownAs(name);
}

function zoneShownAs(name: string): string | null {
  const places = /^\((?:UTC|GMT)(?:[+-]\d\d:\d\d)?\) (.{1,200})$/.exec(name)?.[1];
  if (places === undefined) return null;
  const [region] = /^\w+(?= Time \(US & Canada\))/.exec(places) ?? [];
  if (region) return ianaNames.get(`${region} standard time`.toLowerCase()) ?? null;
  const found = places.split(', ').map((place) => cities.get(place.replaceAll(' ', '_')));
  return found.find((zone) => zone !== undefined) ?? null;
}
