/**
 * A real OpenTelemetry collector, built from the Go module proxy and kept in the user's cache. The version is pinned: later
 * ones cannot be built with the file exporter from there.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export const otelcolVersion = '0.145.0'

const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache')
const folder = path.join(cache, 'charter-bench', `otelcol-${otelcolVersion}`)
const program = path.join(folder, 'otelcol-charter')

const manifest = `dist:
  name: otelcol-charter
  description: collector of a bench
  output_path: ${path.join(folder, 'source')}
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v${otelcolVersion}
processors:
  - gomod: go.opentelemetry.io/collector/processor/batchprocessor v${otelcolVersion}
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter v${otelcolVersion}
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter v${otelcolVersion}
`

/** Its program; nothing where it is not there and cannot be built. */
export function otelcol(progress: (text: string) => void): string | undefined {
  if (existsSync(program)) return program
  if (spawnSync('go', ['version']).status !== 0) return undefined
  progress(`building the OpenTelemetry collector ${otelcolVersion} in ${folder}: about a minute, once`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'builder.yaml'), manifest)
  const env = { ...process.env, GOBIN: folder }
  const steps = [
    ['go', 'install', `go.opentelemetry.io/collector/cmd/builder@v${otelcolVersion}`],
    [path.join(folder, 'builder'), '--config', path.join(folder, 'builder.yaml')],
    ['mv', path.join(folder, 'source', 'otelcol-charter'), program],
  ]
  for (const [command = '', ...args] of steps) {
    const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' })
    if (status === 0) continue
    progress(`it cannot be built: ${stderr.trim().split('\n').at(-1)}`)
    return undefined
  }
  rmSync(path.join(folder, 'source'), { recursive: true, force: true })
  return program
}

/** Batched and buffered as by default: what it acknowledges it still holds for a second or so. */
export const otelcolConfig = (port: number, file: string): string => `receivers:
  otlp: { protocols: { http: { endpoint: 127.0.0.1:${port} } } }
processors:
  batch: { timeout: 200ms }
exporters:
  file: { path: ${JSON.stringify(file)} }
service:
  telemetry: { metrics: { level: none }, logs: { level: error } }
  pipelines: { traces: { receivers: [otlp], processors: [batch], exporters: [file] } }
`
