/**
 * The forms in which bytes may lie in a file: as they are, base64 at each of its three alignments, hex, UTF-16. Any
 * eight consecutive bytes of a secret count, so each form is cut into pieces that stand for eight of them.
 */
export interface Piece {
  readonly of: number
  readonly bytes: Buffer
}

const consecutive = 8

/** `of` is the place of the secret in the list. */
export function piecesOf(secrets: readonly Buffer[]): readonly Piece[] {
  return secrets.flatMap((secret, of) =>
    windows(secret).flatMap((window) => formsOf(window).map((bytes): Piece => ({ of, bytes }))),
  )
}

function windows(secret: Buffer): readonly Buffer[] {
  return Array.from({ length: Math.max(0, secret.length - consecutive + 1) }, (_, at) =>
    secret.subarray(at, at + consecutive),
  )
}

export function formsOf(window: Buffer): readonly Buffer[] {
  const hex = window.toString('hex')
  const wide = Buffer.from(window.toString('latin1'), 'utf16le')
  return [
    window,
    ...[0, 1, 2].flatMap((shift) => base64At(window, shift)),
    Buffer.from(hex),
    Buffer.from(hex.toUpperCase()),
    wide,
    Buffer.from(wide).swap16(),
  ]
}

/** What of the base64 text is decided by these bytes alone, whatever stands before and behind them. */
function base64At(window: Buffer, shift: number): readonly Buffer[] {
  const text = Buffer.concat([Buffer.alloc(shift), window])
    .toString('base64')
    .replace(/=+$/, '')
  const whole = text.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + window.length) * 8) / 6))
  const forms = [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
  return [...new Set(forms)].map((form) => Buffer.from(form))
}
