/** While the engine plays and the exporter tells of it: the collector is killed and begun again, the exporter once. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../tau-retail/random.ts'
import type { Collectors } from './collectors.ts'
import { type ExportOrders, spawnExporter } from './exporters.ts'

export interface Troubled {
  readonly exporterKills: number
}

/** A collector is let live for so long, at least and at most, and is away for so long. */
const livesMs = [700, 2_000] as const
const awayMs = [100, 600] as const
/** In which the exporter notices that the last one was killed, and says again what it had. */
const noticesMs = 2_500

export async function troubleWhile(
  random: Random,
  { collectors, orders, restarts }: { collectors: Collectors; orders: ExportOrders; restarts: number },
  isPlaying: () => boolean,
): Promise<Troubled> {
  const between = ([least, most]: readonly [number, number]) => wait(least + random.below(most - least))
  let exporter = spawnExporter(orders)
  let exporterKills = 0
  while (isPlaying() || collectors.restarts() < restarts) {
    await between(livesMs)
    await collectors.kill()
    if (exporterKills === 0) {
      await exporter.kill()
      exporterKills += 1
      exporter = spawnExporter(orders)
    }
    await between(awayMs)
    await collectors.start()
  }
  await wait(noticesMs)
  await exporter.stop()
  return { exporterKills }
}
