/**
 * The same ledger told to a collector that is killed, by an exporter that takes an acknowledgement for the last word. What the
 * collector held is gone then, which shows that the kills came at the moment that hurts.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { patchedSource } from '../patched-source.ts'
import { collectorsIn } from './collectors.ts'
import { type ExportOrders, exportRest, spawnExporter } from './exporters.ts'
import { receivedSpans } from './received-spans.ts'

const patch = {
  file: 'src/telemetry/cursor.ts',
  find: 'const settlesAfterMs = 10_000',
  replace: 'const settlesAfterMs = -1',
}

/** Ids of the spans of runs that arrived. */
export async function controlSpans(
  orders: ExportOrders,
  folder: string,
  program: string | undefined,
): Promise<ReadonlySet<string>> {
  await using ends = new AsyncDisposableStack()
  const source = patchedSource(ends, patch)
  const collectors = await collectorsIn(folder, program)
  ends.defer(() => collectors.stop())
  await collectors.start()
  const trusting = { ...orders, source, url: collectors.url, cursor: path.join(folder, 'cursor.json') }
  const exporter = spawnExporter(trusting)
  // It has acknowledged a part by now, and written none of it.
  await untilAcknowledged(trusting.cursor)
  await collectors.kill()
  await collectors.start()
  await wait(1_500)
  await exporter.stop()
  await exportRest(trusting)
  await collectors.stop()
  return new Set(receivedSpans(collectors.files).flatMap(({ run, spanId }) => (run === '' ? [] : [spanId])))
}

async function untilAcknowledged(cursor: string): Promise<void> {
  for (let looks = 0; !existsSync(cursor) && looks < 1_000; looks++) await wait(10)
}
