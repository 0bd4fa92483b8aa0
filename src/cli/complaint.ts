/** Commander's complaints as our errors: a code, the culprit in backticks, the nearest name. */
import type { Command, CommanderError } from 'commander'
import { CharterError, nearest } from '../errors.ts'

/** What `command` could not make sense of. Help and version that were asked for are no complaint and pass as they are. */
export function complaintOf(command: Command, error: CommanderError): CommanderError | CharterError {
  if (error.exitCode === 0) return error
  if (error.code === 'commander.help') return withoutVerb(command)
  const said = error.message.replace(/^error: /, '').replace(/\.$/, '')
  const culprit = /'([^']+)'/.exec(said)?.[1] ?? ''
  const names = error.code === 'commander.unknownOption' ? longOptions(command) : namesUnder(command)
  const near = nearest(culprit, names)
  return new CharterError('usage', said.replaceAll(/'([^']+)'/g, '`$1`'), {
    param: culprit || undefined,
    hint: near === undefined ? `see \`${pathOf(command)} --help\`` : `did you mean \`${near}\`?`,
  })
}

const withoutVerb = (command: Command) =>
  new CharterError('usage', `\`${pathOf(command)}\` needs a verb`, {
    hint: `one of ${namesUnder(command).join(', ')}; see \`${pathOf(command)} --help\``,
  })

const namesUnder = (command: Command): string[] => command.commands.map((child) => child.name())

function longOptions(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => long ?? [])
  return command.parent ? [...own, ...longOptions(command.parent)] : [...own, '--help']
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
