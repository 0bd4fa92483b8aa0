/** Reads the ledger on from where it was, and knows its numbers at every moment. */
import type { Ledger } from '../ledger/ledger.ts'
import { MetricsFold } from './fold-metrics.ts'
import { type ExporterLag, prometheusText } from './prometheus-text.ts'

export interface MetricsReading {
  readonly ledger: Pick<Ledger, 'tail' | 'now'>
  readonly tenant: string
  readonly environment: string
}

/** An exporter of spans, and the position up to which it has come. */
export interface ExporterAt {
  readonly collector: string
  readonly position: number
}

const atOnce = 1_000

export class LedgerMetrics {
  readonly #from: MetricsReading
  readonly #fold: MetricsFold

  constructor(from: MetricsReading) {
    this.#from = from
    this.#fold = new MetricsFold(from.environment)
  }

  /** Everything that is durable by now. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    const { ledger, tenant } = this.#from
    for (;;) {
      const events = await ledger.tail(tenant, this.#fold.position, atOnce)
      for (const event of events) this.#fold.fold(event)
      if (events.length < atOnce || signal?.aborted) return
    }
  }

  async text(exporters: readonly ExporterAt[] = []): Promise<string> {
    const lags = await Promise.all(exporters.map((exporter) => this.#lagOf(exporter)))
    return prometheusText(this.#fold, this.#from.ledger.now(), lags)
  }

  async #lagOf({ collector, position }: ExporterAt): Promise<ExporterLag> {
    const { ledger, tenant } = this.#from
    const [waiting] = await ledger.tail(tenant, position, 1)
    return { collector, seconds: waiting ? Math.max(0, ledger.now() - waiting.at) / 1_000 : 0 }
  }
}
