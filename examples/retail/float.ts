/**
 * Money in the benchmark's data is a binary float and its tools are written in Python. To reach the same database
 * this shop rounds as Python does, and where a number becomes text (`calculate`) it writes it as Python does.
 */

/** To two places, a tie to the even neighbour; `toFixed` rounds exactly but takes ties away from zero. */
export function roundToCents(amount: number): number {
  const eighths = Math.abs(amount * 8)
  if (eighths % 2 !== 1) return Number(amount.toFixed(2))
  const below = Math.floor(amount * 100)
  return (below % 2 === 0 ? below : below + 1) / 100
}

/** The shortest text that reads back as the same finite float: `327.0`, `1e-07`, `-0.0`. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  const [digits = '0', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 16) return positional(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function positional(value: number): string {
  const text = String(value)
  return text.includes('.') ? text : `${text}.0`
}
