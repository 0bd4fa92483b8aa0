/** Spans and numbers of a project's own runs, for the tools of others. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Receiver, startReceiver } from '../../telemetry/receiver-for-tests.ts'
import { newProject, type Project, type RunDocument } from '../project-for-tests.ts'
import { runCharter } from '../run-charter.ts'
import { say, scriptedTerminal } from '../terminal-for-tests.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

let project: Project
let run: string

before(async () => {
  project = await newProject()
  const args = ['--input', '{"order":"o_1"}', '--traceparent', traceparent]
  run = (await project.json<RunDocument>('run', 'start', ...args)).run
})

const exportTo = (receiver: Receiver, ...more: string[]) =>
  project.charter('telemetry', 'export', '--otlp', receiver.url, '--once', ...more)

const spansOf = (receiver: Receiver) =>
  [...receiver.spans().values()].filter(({ attributes }) => attributes['charter.run'] === run)

test('telemetry export --once sends what is there with its headers, below the span of whoever started the run', async () => {
  await using receiver = await startReceiver()
  const { exit, out, err } = await exportTo(receiver, '--header', 'Api-Key=k=1', '--service', 'refunds-prod')
  assert.equal(exit, 0, err)
  assert.match(out, /^\d+ spans exported to 127\.0\.0\.1:\d+\/v1\/traces, up to position \d+ of the ledger\n$/)
  const [request] = receiver.requests
  assert.deepEqual([request?.path, request?.headers['api-key']], ['/v1/traces', 'k=1'])
  assert.partialDeepStrictEqual(request?.resource, {
    'service.name': 'refunds-prod',
    'deployment.environment.name': 'dev',
  })
  const spans = spansOf(receiver)
  assert.ok(spans.length > 5)
  assert.ok(spans.every(({ traceId }) => traceId === '0af7651916cd43dd8448eb211c80319c'))
  assert.equal(
    (await project.json<{ trace_id: string }>('run', 'show', run)).trace_id,
    '0af7651916cd43dd8448eb211c80319c',
  )
})

test('telemetry export goes on where it was, for each collector, and says so with --json', async () => {
  await using receiver = await startReceiver()
  const first = JSON.parse((await exportTo(receiver, '--json')).out)
  const second = JSON.parse((await exportTo(receiver, '--json')).out)
  assert.ok(first.spans > 5)
  assert.deepEqual(second, { ...first, spans: 0, requests: 0 })
  assert.ok(readdirSync(path.join(project.folder, '.charter', 'telemetry')).length >= 2)
  const named = path.join(project.folder, 'mine.json')
  assert.equal(JSON.parse((await exportTo(receiver, '--json', '--cursor', named)).out).spans, first.spans)
  assert.ok(existsSync(named))
})

test('telemetry export runs until it is told to end, and exports what happens meanwhile', async () => {
  await using receiver = await startReceiver()
  const ending = new AbortController()
  const script = { cwd: project.folder, signal: ending.signal }
  const exporting = say(script, 'telemetry', 'export', '--otlp', receiver.url)
  const later = (await project.json<RunDocument>('run', 'start', '--input', '{"order":"o_1"}', '--key', 'later')).run
  const isThere = () => [...receiver.spans().values()].some(({ attributes }) => attributes['charter.run'] === later)
  for (let looks = 0; !isThere() && looks < 200; looks++) await wait(25)
  ending.abort()
  const { exit, err } = await exporting
  assert.equal(exit, 0, err)
  assert.ok(isThere())
})

test('telemetry export takes address and headers from the variables that OpenTelemetry has for them', async () => {
  await using receiver = await startReceiver()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=k%201,x-other=y' }
  const { exit, err } = await say({ cwd: project.folder, env }, 'telemetry', 'export', '--once')
  assert.equal(exit, 0, err)
  const headers = receiver.requests[0]?.headers
  assert.deepEqual([headers?.['api-key'], headers?.['x-other']], ['k 1', 'y'])
})

test('a collector that is not there ends --once with 5, and nothing is lost by it', async () => {
  const { exit, err } = await project.charter('telemetry', 'export', '--otlp', 'http://127.0.0.1:9', '--once')
  assert.equal(exit, 5)
  assert.match(err, /127\.0\.0\.1:9\/v1\/traces does not take spans: ECONNREFUSED/)
  assert.match(err, /nothing is lost/)
})

test('an address or a header that is none is refused before anything is sent, and no key is shown', async () => {
  const wrong = await project.charter('telemetry', 'export', '--otlp', 'collector:4318', '--once')
  assert.deepEqual([wrong.exit, /is no http address/.test(wrong.err)], [3, true])
  const header = ['--header', 'api key=secret']
  const bad = await project.charter('telemetry', 'export', '--otlp', 'http://127.0.0.1:9', '--once', ...header)
  assert.equal(bad.exit, 3)
  assert.doesNotMatch(bad.err, /secret/)
  const empty = await project.charter('telemetry', 'export', '--otlp', 'http://127.0.0.1:9', '--once', '--header', 'k=')
  assert.match(empty.err, /look whether the variable is set/)
})

test('run start refuses a traceparent that is none, and starts nothing', async () => {
  const args = ['--input', '{"order":"o_9"}', '--key', 'no trace', '--traceparent', 'me']
  const { exit, err } = await project.charter('run', 'start', ...args)
  assert.equal(exit, 3)
  assert.match(err, /`me` is no W3C traceparent/)
  const runs = await project.json<{ start_key: string | null }[]>('run', 'list')
  assert.ok(runs.every(({ start_key }) => start_key !== 'no trace'))
})

test('telemetry metrics prints the numbers, that of each exporter among them', async () => {
  await using receiver = await startReceiver()
  await exportTo(receiver)
  const { exit, out } = await project.charter('telemetry', 'metrics')
  assert.equal(exit, 0)
  assert.match(out, /^charter_runs_started_total\{agent="support"\} \d+$/m)
  assert.match(out, /^charter_exporter_lag_seconds\{collector="127\.0\.0\.1:\d+\/v1\/traces"\} 0$/m)
  assert.equal(
    JSON.parse((await project.charter('telemetry', 'metrics', '--json')).out).metrics.split('\n')[0],
    out.split('\n')[0],
  )
})

test('telemetry metrics --listen serves them, with what happens meanwhile, until it is told to end', async () => {
  const ending = new AbortController()
  const said = { out: '', err: '' }
  const terminal = scriptedTerminal({ cwd: project.folder, signal: ending.signal }, said)
  const serving = runCharter(['telemetry', 'metrics', '--listen', '0', '--json'], terminal)
  for (let looks = 0; said.out === '' && looks < 200; looks++) await wait(25)
  const { url } = JSON.parse(said.out)
  const started = async () =>
    /charter_runs_started_total\{agent="support"\} (\d+)/.exec(await (await fetch(url)).text())?.[1]
  const before = Number(await started())
  await project.charter('run', 'start', '--input', '{"order":"o_1"}', '--key', 'counted')
  assert.equal(Number(await started()), before + 1)
  assert.match((await fetch(url)).headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  assert.equal((await fetch(new URL('/', url))).status, 404)
  ending.abort()
  assert.equal(await serving, 0)
})
