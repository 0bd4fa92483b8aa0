/** The commands of the how-to pages, as they stand there, sent to a collector on this machine. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project, root } from '../../src/cli/project-for-tests.ts'
import { say } from '../../src/cli/terminal-for-tests.ts'
import { startReceiver } from '../../src/telemetry/receiver-for-tests.ts'

interface Vendor {
  readonly page: string
  /** What the vendor's own documentation names. */
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Readonly<Record<string, string>>
}

const vendors: readonly Vendor[] = [
  {
    page: 'export-traces-to-datadog',
    origin: 'https://otlp.datadoghq.com',
    path: '/v1/traces',
    headers: { 'dd-api-key': 'secret of DD_API_KEY', compute_stats: 'true' },
    resource: { 'service.name': 'refunds' },
  },
  {
    page: 'export-traces-to-new-relic',
    origin: 'https://otlp.nr-data.net',
    path: '/v1/traces',
    headers: { 'api-key': 'secret of NEW_RELIC_LICENSE_KEY' },
    resource: { 'service.name': 'refunds' },
  },
  {
    page: 'export-traces-to-phoenix',
    origin: 'http://127.0.0.1:6006',
    path: '/v1/traces',
    headers: { authorization: 'Bearer secret of PHOENIX_API_KEY' },
    resource: { 'openinference.project.name': 'refunds' },
  },
  {
    page: 'export-traces-to-langsmith',
    origin: 'https://api.smith.langchain.com',
    path: '/otel/v1/traces',
    headers: { 'x-api-key': 'secret of LANGSMITH_API_KEY', 'langsmith-project': 'refunds' },
    resource: { 'service.name': 'charter' },
  },
]

let project: Project

before(async () => {
  project = await newProject()
  await project.charter('run', 'start', '--input', '{"order":"o_1"}')
})

/** A variable holds its own name, so that it shows where it arrives. */
const named = (text: string) => text.replaceAll(/\$([A-Z_]+)/g, 'secret of $1')

function commandOf(page: string) {
  const text = readFileSync(path.join(root, 'docs/how-to', `${page}.md`), 'utf8')
  const lines = (/```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? '').trim().split('\n')
  const exported = lines.flatMap((line) => {
    const [, name, value] = /^export (\w+)="(.*)"$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, named(value)] as const]
  })
  const env = Object.fromEntries(exported)
  const [, argv = ''] = /^charter (.*)$/m.exec(lines.join('\n')) ?? []
  return { env, argv: argv.split(' ') }
}

for (const { page, origin, path: expected, headers, resource } of vendors) {
  test(`the command of ${page}.md sends spans where its page says, with its headers`, async () => {
    await using receiver = await startReceiver()
    const { env, argv } = commandOf(page)
    const address = argv[argv.indexOf('--otlp') + 1] ?? ''
    assert.equal(new URL(address).origin, origin)
    const here = argv.map((word) => word.replace(origin, receiver.url))
    const { exit, err } = await say({ cwd: project.folder, env }, ...here, '--once')
    assert.equal(exit, 0, err)
    const [request] = receiver.requests
    assert.equal(request?.path, expected)
    assert.partialDeepStrictEqual(request?.headers, { ...headers, 'content-type': 'application/x-protobuf' })
    assert.partialDeepStrictEqual(request?.resource, resource)
    assert.ok((request?.spans.length ?? 0) > 5)
  })
}
