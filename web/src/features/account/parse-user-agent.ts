const browsers: Array<[RegExp, string]> = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\/|HeadlessChrome/, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: Array<[RegExp, string]> = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** A browser and its system by their proper names, as a User-Agent claims them; empty where it does not. */
export function browserOf(userAgent: string): { browser: string; system: string; phone: boolean } {
  const first = (names: Array<[RegExp, string]>) => names.find(([shape]) => shape.test(userAgent))?.[1] ?? '';
  return {
    browser: first(browsers),
    system: first(systems),
    phone: /Mobile|Android|iPhone/.test(userAgent),
  };
}
