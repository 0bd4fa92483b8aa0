/**
 * Runs the desk as its own process; its first line on stdout is `{"url", "file", "pid"}`. With `--log` it prints the log
 * of the file instead, a line of JSON for each arrival and each commit, also while another process serves it.
 */
import { parseArgs } from 'node:util'
import { startDesk } from './start-desk.ts'
import { openWitness } from './witness.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: 'desk.sqlite' },
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    'ignore-keys': { type: 'boolean', default: false },
    'key-window-ms': { type: 'string', default: '86400000' },
    log: { type: 'boolean', default: false },
  },
})

if (values.log) {
  using witness = openWitness(values.file)
  for (const arrival of witness.arrivals()) console.log(JSON.stringify({ arrival }))
  for (const commit of witness.commits()) console.log(JSON.stringify({ commit }))
  process.exit(0)
}

const desk = await startDesk({
  file: values.file,
  port: Number(values.port),
  ...(values.data !== undefined && { data: values.data }),
  honourKeys: !values['ignore-keys'],
  keyWindowMs: Number(values['key-window-ms']),
})
console.log(JSON.stringify({ url: desk.url, file: desk.file, pid: process.pid }))

const stop = async () => {
  await desk.close()
  process.exit(0)
}
process.once('SIGTERM', stop).once('SIGINT', stop)
// Whoever spawned the desk with a channel takes it along when it dies.
process.once('disconnect', stop)
