/** `charter telemetry export` in processes of their own: of this source, or of a patched copy. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

export interface ExportOrders {
  /** Root of the project whose command it is. */
  readonly source: string
  /** Where it is called; the keyring stands in its `.charter`. */
  readonly folder: string
  readonly ledger: string
  readonly cursor: string
  readonly url: string
}

export function spawnExporter(orders: ExportOrders, ...more: string[]) {
  const { source, folder, ledger, cursor, url } = orders
  const args = ['telemetry', 'export', '--otlp', url, '--ledger', ledger, '--cursor', cursor, ...more]
  const child = spawn(process.execPath, [path.join(source, 'src/cli/main.ts'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const exited = once(child, 'exit')
  return {
    said: () => said,
    exited: exited.then(([code]) => code as number | null),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Everything that is left, by commands that end; throws when that does not come to an end. */
export async function exportRest(orders: ExportOrders): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const exporter = spawnExporter(orders, '--once')
    if ((await exporter.exited) === 0) return
    if (tries === 4) throw new Error(`the rest was not exported: ${exporter.said()}`)
  }
}
