/**
 * What must have arrived, counted from the rows of the ledger by the meaning that `docs/reference/events.md` gives to events. None
 * of the product's code that makes spans has a part in it.
 */
import { DatabaseSync } from 'node:sqlite'

/** A span by its place in its run; where its parent stands, and when it began where a row says so. */
export interface ExpectedSpan {
  readonly run: string
  readonly place: string
  /** Nothing for a run, whose parent its caller names. */
  readonly parent: string | undefined
  /** Milliseconds since 1970. */
  readonly startedAt: number | undefined
}

interface Row {
  readonly stream: string
  readonly type: string
  readonly at: number
  readonly body: string
}

interface Body {
  readonly turn: number
  readonly action: string
  readonly attempt: number
  readonly called: boolean
}

/** Of every run in the file. Throws for a run that has not ended: its spans are still to come. */
export function expectedSpans(file: string): readonly ExpectedSpan[] {
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = database
    .prepare(`SELECT stream, type, at, body FROM events WHERE stream LIKE 'run/%' ORDER BY stream, seq`)
    .all() as object[] as Row[]
  const byRun = Map.groupBy(rows, ({ stream }) => stream.slice('run/'.length))
  return [...byRun].flatMap(([run, ofRun]) => spansOfRows(run, ofRun))
}

export function spansOfRows(run: string, rows: readonly Row[]): readonly ExpectedSpan[] {
  if (!rows.some(({ type }) => type === 'run.ended')) throw new Error(`run ${run} has not ended`)
  const spans = new Map<string, ExpectedSpan>()
  const turns = new Map<string, number>()
  const add = (place: string, parent: string | undefined, startedAt?: number) => {
    if (!spans.has(place)) spans.set(place, { run, place, parent, startedAt })
  }
  const nth = (stem: string) => {
    for (let n = 1; ; n++) if (!spans.has(`${stem}/${n}`)) return `${stem}/${n}`
  }
  for (const { type, at, body: text } of rows) {
    const { turn, action, attempt, called }: Body = JSON.parse(text)
    const own = `action/${action}`
    switch (type) {
      case 'run.started':
        add('run', undefined, at)
        break
      case 'turn.started':
        add(`turn/${turn}`, 'run', at)
        add(nth(`turn/${turn}/model`), `turn/${turn}`, at)
        break
      case 'action.proposed':
        turns.set(action, turn)
        add(own, `turn/${turn}`, at)
        break
      case 'action.judged':
        add(nth(`${own}/judgement`), own)
        break
      case 'action.returned':
        if (called) add(`${own}/call`, own)
        break
      case 'run.waiting':
        if (action === undefined) add(nth('wait'), 'run', at)
        else add(nth(`${own}/wait`), own, at)
        break
      case 'effect.dispatched':
        add(`${own}/effect`, own, attempt === 1 ? at : undefined)
        add(`${own}/attempt/${attempt}`, `${own}/effect`, at)
        break
    }
  }
  return [...spans.values()]
}
