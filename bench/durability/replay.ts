/**
 * Goes through a log of system calls once: holds every word against the syncs before it, and cuts the power at moments
 * that the seed draws.
 */
import { readFileSync } from 'node:fs'
import type { LedgerEvent } from '../../src/ledger/event.ts'
import { type Random, randomOf, sample } from '../tau-retail/random.ts'
import { Disk, type Loss, losses } from './disk.ts'
import { commandVerifies, eventsOf, type Fault, faultsOf, type Images, openIn, restore } from './found-ledger.ts'
import { promisesIn } from './promises.ts'
import type { Recording } from './record.ts'
import { isDatabaseFile, readSystemCalls, type SystemCall } from './system-calls.ts'
import { type Word, WordReader } from './words.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

export interface Replayed {
  /** Answers to callers, and writes sent. */
  readonly answers: number
  readonly sends: number
  /** Words whose event no sync covered yet. */
  readonly beforeSync: readonly string[]
  /** Words that rest on no event of the ledger. */
  readonly unfounded: readonly string[]
  readonly syncs: number
  readonly commits: number
  readonly cuts: number
  /** Cuts at which writes were under way that no sync covered. */
  readonly cutsWithUnsynced: number
  /** How many of them `charter ledger verify` looked at in a process of its own; all of them were verified in this one. */
  readonly cutsByCommand: number
  readonly faults: readonly CutFault[]
  readonly events: number
  /** The files as the log says they are, and as they are. */
  readonly picture: 'whole' | string
}

type CutFault = Fault & { readonly cut: number; readonly loss: Loss }

/** Every so manieth cut is also shown to the command, which takes its time. */
const commandEvery = 20

export async function replay(recording: Recording, wanted: { seed: number; cuts: number }): Promise<Replayed> {
  const random = randomOf(wanted.seed, 'cuts')
  const all = await eventsIn(recording)
  const moments = await drawMoments(recording, random, wanted.cuts)
  const player = new Player(recording, all, random)
  let place = 0
  for await (const call of readSystemCalls(recording.log)) {
    if (moments.has(place)) await player.cut(place)
    player.apply(call)
    place += 1
  }
  return player.result()
}

class Player {
  readonly #recording: Recording
  readonly #all: readonly LedgerEvent[]
  readonly #random: Random
  readonly #disk = new Disk()
  readonly #log: WriteAheadLog
  readonly #words = new WordReader()
  readonly #eventOf: (word: Word) => string | undefined
  readonly #promised = new Set<string>()
  readonly #beforeSync: string[] = []
  readonly #unfounded: string[] = []
  readonly #faults: CutFault[] = []
  #answers = 0
  #sends = 0
  #cuts = 0
  #cutsWithUnsynced = 0
  #cutsByCommand = 0

  constructor(recording: Recording, all: readonly LedgerEvent[], random: Random) {
    this.#recording = recording
    this.#all = all
    this.#random = random
    this.#eventOf = promisesIn(all)
    this.#log = new WriteAheadLog(all.map(({ hash }) => hash))
  }

  apply(call: SystemCall): void {
    if (call.call === 'say') for (const word of this.#words.read(call)) this.#hear(word)
    else {
      this.#disk.apply(call)
      if (call.file === `${this.#recording.ledger}-wal`) this.#log.apply(call)
    }
  }

  async cut(place: number): Promise<void> {
    this.#cuts += 1
    if (this.#disk.pendingWrites > 0) this.#cutsWithUnsynced += 1
    const loss = losses[this.#random.below(losses.length)] ?? 'dropped'
    const images = this.#disk.cut(loss, this.#random)
    const expected = { all: this.#all, promised: [...this.#promised] }
    const faults = await faultsOf(images, this.#recording.folder, expected)
    if (this.#cuts % commandEvery === 1) {
      this.#cutsByCommand += 1
      const isVerified = commandVerifies(images, this.#recording.folder)
      if (!isVerified) faults.push({ fault: 'damaged', what: '`charter ledger verify` says no' })
    }
    for (const fault of faults) this.#faults.push({ ...fault, cut: place, loss })
  }

  result(): Replayed {
    return {
      ...this.#log.counts,
      answers: this.#answers,
      sends: this.#sends,
      beforeSync: this.#beforeSync,
      unfounded: this.#unfounded,
      cuts: this.#cuts,
      cutsWithUnsynced: this.#cutsWithUnsynced,
      cutsByCommand: this.#cutsByCommand,
      faults: this.#faults,
      events: this.#all.length,
      picture: pictureOf(this.#disk.cut('kept', this.#random)),
    }
  }

  #hear(word: Word): void {
    if (word.word === 'sent') this.#sends += 1
    else this.#answers += 1
    const hash = this.#eventOf(word)
    if (hash === undefined) this.#unfounded.push(JSON.stringify(word))
    else {
      if (!this.#log.isDurable(hash)) this.#beforeSync.push(JSON.stringify(word))
      this.#promised.add(hash)
    }
  }
}

/** What the calls add up to must be the very files: nothing was written in a way that nobody saw. */
function pictureOf(images: Images): string {
  const other = [...images].filter(([file, bytes]) => !readFileSync(file).equals(bytes)).map(([file]) => file)
  return other.length === 0 ? 'whole' : `${other.join(', ')}: not what the calls add up to`
}

/** Everything that the killed process left, from a copy: opening the files would change them. */
async function eventsIn({ folder, ledger, keyring }: Recording): Promise<readonly LedgerEvent[]> {
  const files = [ledger, `${ledger}-wal`, keyring, `${keyring}-wal`]
  const copy = restore(new Map(files.map((file) => [file, readFileSync(file)])), folder)
  const house = await openIn(copy.folder)
  try {
    return await eventsOf(house)
  } finally {
    await house.close()
    copy.remove()
  }
}

/**
 * Half of them just before a sync ends, when most is at stake, the others anywhere; all of them after the first word, as
 * before it nobody knows of the ledger.
 */
async function drawMoments({ log }: Recording, random: Random, cuts: number): Promise<ReadonlySet<number>> {
  const anywhere: number[] = []
  const beforeSync: number[] = []
  let place = 0
  let isKnown = false
  for await (const call of readSystemCalls(log)) {
    isKnown ||= call.call === 'say' && call.to === 3 && call.bytes.includes('"answer"')
    if (isKnown && call.call !== 'say' && isDatabaseFile(call.file)) {
      if (call.call === 'sync') beforeSync.push(place)
      else anywhere.push(place)
    }
    place += 1
  }
  const half = sample(random, beforeSync, Math.floor(cuts / 2))
  return new Set([...half, ...sample(random, anywhere, cuts - half.length)])
}
