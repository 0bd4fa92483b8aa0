/** Decimals as people write them, to whole units and back, without a float between. */

/**
 * `'49.9'` with two places is 4990. Nothing when the text is no plain decimal (no sign, exponent or separator), says
 * more places than that, or is too large to be exact.
 */
export function parseDecimal(text: string, places: number): number | undefined {
  const [, whole = '', fraction = ''] = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === '' || fraction.length > places) return undefined
  const units = Number(whole + fraction.padEnd(places, '0'))
  return Number.isSafeInteger(units) ? units : undefined
}

/** 4990 with two places is `'49.90'`; zeros past the second place are left out. */
export function formatDecimal(units: number, places: number): string {
  const digits = String(units).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '').padEnd(2, '0')
  return `${digits.slice(0, -places)}.${fraction}`
}
