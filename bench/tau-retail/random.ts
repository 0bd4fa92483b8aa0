/** Chance that a seed decides: the same seed draws the same cases on every machine. */
export interface Random {
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number
}

/** Streams of different labels do not disturb each other: a class drawn more often leaves the others as they were. */
export function randomOf(seed: number, label: string): Random {
  let state = hash(`${seed}/${label}`)
  const next = () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
  return { below: (limit) => Math.floor(next() * limit) }
}

/** Up to `count` different members, in the order they were drawn. */
export function sample<Member>(random: Random, members: readonly Member[], count: number): Member[] {
  const left = [...members]
  const drawn: Member[] = []
  while (drawn.length < count && left.length > 0) {
    const place = random.below(left.length)
    const member = left[place]
    const last = left.pop()
    if (place < left.length && last !== undefined) left[place] = last
    if (member !== undefined) drawn.push(member)
  }
  return drawn
}

/** FNV-1a, so that seeds that lie close together start far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return value
}
