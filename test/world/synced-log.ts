/**
 * How much of a SQLite file's log is on the disk for certain. SQLite says in the log's index how many frames are written;
 * those of them that the last synced commit covered survive a power cut, and of the rest any beginning may.
 */
import { closeSync, copyFileSync, existsSync, openSync, readSync, statSync, truncateSync } from 'node:fs'

const headerBytes = 32
const frameBytes = 24 + 4096
const logSalts = 16
const index = { frames: 16, salts: 32, end: 40 }

interface Written {
  readonly salts: string
  readonly bytes: number
}

export class SyncedLog {
  readonly file: string
  #synced: Written = { salts: '', bytes: 0 }

  constructor(file: string) {
    this.file = file
  }

  /** Everything written up to now was synced. */
  sync(): void {
    this.#synced = this.#written()
  }

  /**
   * The file as a power cut leaves it: the log is cut somewhere after what was synced, `kept` of the rest still being
   * there. A log that was begun anew since then had first been copied into the file, and that synced.
   */
  copyCut(target: string, kept: number): void {
    const { salts, bytes } = this.#written()
    copyFileSync(this.file, target)
    const log = `${this.file}-wal`
    if (!existsSync(log)) return
    copyFileSync(log, `${target}-wal`)
    const certain = salts === this.#synced.salts ? this.#synced.bytes : 0
    const written = Math.min(bytes, statSync(log).size)
    truncateSync(`${target}-wal`, Math.min(written, Math.round(certain + kept * Math.max(0, written - certain))))
  }

  /** Nobody has opened it yet: all that is there was there when the power came back. */
  #asFound(): Written {
    const header = readStart(`${this.file}-wal`, headerBytes)
    if (!header) return { salts: '', bytes: 0 }
    return { salts: header.toString('hex', logSalts, logSalts + 8), bytes: statSync(`${this.file}-wal`).size }
  }

  #written(): Written {
    const header = readStart(`${this.file}-shm`, index.end)
    if (!header) return this.#asFound()
    const frames = header.readUInt32LE(index.frames)
    return {
      salts: header.toString('hex', index.salts, index.end),
      bytes: frames === 0 ? 0 : headerBytes + frames * frameBytes,
    }
  }
}

/** Opened anew each time: it is another file after the last connection was closed. */
function readStart(file: string, length: number): Buffer | undefined {
  if (!existsSync(file)) return undefined
  const header = Buffer.alloc(length)
  const opened = openSync(file, 'r')
  readSync(opened, header, 0, length, 0)
  closeSync(opened)
  return header
}
