/**
 * A burst of runs told to a real OpenTelemetry collector that is killed again and again: every span arrives, below its
 * parent, once. What must arrive is counted from the ledger's rows, what did is read from the collector's own files.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { randomOf } from '../tau-retail/random.ts'
import { collectorsIn } from './collectors.ts'
import { compareHeaders, compareSpans } from './compare.ts'
import { controlSpans } from './control.ts'
import { expectedSpans } from './expected-spans.ts'
import { type ExportOrders, exportRest } from './exporters.ts'
import { readOptions } from './options.ts'
import { otelcol, otelcolVersion } from './otelcol.ts'
import { receivedSpans } from './received-spans.ts'
import { reportOf } from './report.ts'
import { spawnDesk } from './spawn-desk.ts'
import { spawnPlay } from './spawn-play.ts'
import { troubleWhile } from './trouble.ts'

export async function run({ seed, options: given, progress }: BenchInput): Promise<BenchReport> {
  const options = readOptions(given)
  const program = options.decoder ? undefined : otelcol(progress)
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(tmpdir(), 'otlp-bench-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const part of ['.charter', 'told', 'control']) mkdirSync(path.join(folder, part))
  const desk = opened.use(await spawnDesk({ file: path.join(folder, 'desk.jsonl'), seed }))
  const collectors = await collectorsIn(path.join(folder, 'told'), program)
  opened.defer(() => collectors.stop())
  const ledger = path.join(folder, '.charter', 'ledger.db')
  const place = { folder, ledger, keyring: path.join(folder, '.charter', 'keyring.db') }

  await collectors.start()
  const play = spawnPlay({ ...place, desk: desk.url, runs: options.runs, seed })
  await untilBegun(play)
  let isPlaying = true
  const ended = play.ended.finally(() => {
    isPlaying = false
  })
  const orders: ExportOrders = {
    ...place,
    source: path.resolve(import.meta.dirname, '../..'),
    cursor: path.join(folder, 'told', 'cursor.json'),
    url: collectors.url,
  }
  const wanted = { collectors, orders, restarts: options.aims.restarts }
  const [played, { exporterKills }] = await Promise.all([
    ended,
    troubleWhile(randomOf(seed, 'trouble'), wanted, () => isPlaying),
  ])
  progress(`${played.length} runs played, ${collectors.restarts()} collectors killed; telling the rest`)
  await exportRest(orders)
  await collectors.stop()

  const expected = expectedSpans(ledger)
  const received = receivedSpans(collectors.files)
  progress('the control: an exporter that trusts what was acknowledged')
  const control = await controlSpans(orders, path.join(folder, 'control'), program)
  progress('rebuilding the ledger')
  const rebuilt = await rebuildLedgers([{ folder, ledger }])
  return reportOf(options, {
    collector: program === undefined ? 'decoder' : `otelcol ${otelcolVersion}`,
    runs: played.length,
    notDone: options.runs - played.filter(({ status }) => status === 'done').length,
    compared: compareSpans(expected, received, played),
    crossed: compareHeaders(desk.entries(), received),
    collectorRestarts: collectors.restarts(),
    exporterKills,
    controlMissing: expected.length - control.size,
    rebuilt,
  })
}

/** There is a ledger to tell from once a run has ended in it. */
async function untilBegun({ played, ended }: ReturnType<typeof spawnPlay>): Promise<void> {
  while (played.length === 0) await Promise.race([wait(20), ended])
}
