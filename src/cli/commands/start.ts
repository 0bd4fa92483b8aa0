import { once } from 'node:events'
import { keepRetention } from '../../retention/keep-retention.ts'
import { asCharterError, errorLines } from '../error-document.ts'
import { configOption } from '../load-config.ts'
import { withRuntime } from '../open-runtime.ts'
import { nameOfLedger, placeOptions } from '../place.ts'
import { verb } from '../verb.ts'

export const start = verb({
  name: 'start',
  about: 'The engine: moves every run that may go on, until it is told to end.',
  help: [
    'Ctrl-C or SIGTERM lets each run come to its next safe point. Pages take effect by `charter apply`.',
    'Once an hour it erases what is no longer to be kept, as `charter retention run` does.',
  ].join('\n'),
  options: { config: configOption, ...placeOptions },
  examples: ['start', 'start --ledger postgres://charter@db/charter --env prod'],
  endsOnSignal: true,
  run: async (call, given) =>
    withRuntime(call, given, { engine: 'here' }, async ({ runtime, loaded, place }) => {
      const agents = loaded.config.agents.map(({ name }) => name)
      const ledger = nameOfLedger(place)
      call.answer({ agents, ledger, environment: place.environment, process: process.pid }, () => [
        `engine of ${agents.join(', ')} on ${ledger} (${place.environment}), process ${process.pid}`,
      ])
      const { interrupted } = call.terminal
      const onError = (error: unknown) => call.note(errorLines(asCharterError(error), call.paint).join('\n'))
      const keeping = keepRetention(runtime.house, { by: 'service:retention', signal: interrupted, onError })
      if (!interrupted.aborted) await once(interrupted, 'abort')
      await keeping
      call.note('closing: every run comes to its next safe point')
      return 0
    }),
})
