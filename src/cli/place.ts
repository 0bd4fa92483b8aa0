/**
 * Where things are: the ledger, the keyring and the group file of the project that a command is called in. Flags win
 * over the environment, the environment over what stands in the folder. Nothing here loads the user's code.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { CharterError } from '../errors.ts'
import { fromEnv, text, withDefault } from './parameter.ts'
import type { Terminal } from './terminal.ts'

export const placeOptions = {
  ledger: fromEnv(text('--ledger <file or url>', 'the ledger, a file or postgres://…'), 'CHARTER_DATABASE_URL'),
  groups: fromEnv(text('--groups <file>', 'the group file'), 'CHARTER_GROUPS'),
  env: fromEnv(withDefault(text('--env <name>', 'the environment'), 'dev'), 'CHARTER_ENV'),
} as const

export interface PlaceGiven {
  readonly ledger: string | undefined
  readonly groups: string | undefined
  readonly env: string
}

export interface Place {
  /** The folder that holds the configuration, the group file or `.charter`; else the one it was called in. */
  readonly root: string
  readonly ledger:
    | { readonly kind: 'sqlite'; readonly file: string }
    | { readonly kind: 'postgres'; readonly url: string }
  readonly keyring: string
  readonly groups: string
  readonly environment: string
}

export const configNames = ['charter.config.ts', 'charter.config.js', 'charter.config.mjs'] as const

export function placeOf(terminal: Pick<Terminal, 'cwd'>, given: PlaceGiven): Place {
  const root = findRoot(terminal.cwd) ?? terminal.cwd
  const ledger = ledgerOf(terminal.cwd, root, given.ledger)
  const besideLedger = ledger.kind === 'sqlite' ? path.dirname(ledger.file) : path.join(root, '.charter')
  return {
    root,
    ledger,
    keyring: path.join(besideLedger, 'keyring.db'),
    groups: groupsOf(terminal.cwd, root, given.groups),
    environment: given.env,
  }
}

/** As it is said in messages, without the password that a URL may hold. */
export function nameOfLedger({ ledger }: Pick<Place, 'ledger'>): string {
  if (ledger.kind === 'sqlite') return ledger.file
  const { host, pathname } = new URL(ledger.url)
  return `postgres://${host}${pathname}`
}

/** A command that only looks or answers makes no ledger: in the wrong folder it would find an empty one and say nothing. */
export function requireLedger(place: Place): void {
  if (place.ledger.kind === 'postgres' || existsSync(place.ledger.file)) return
  throw new CharterError('ledger_unavailable', `no ledger stands at \`${place.ledger.file}\``, {
    param: '--ledger',
    hint: 'go to the folder of the project, name the ledger with `--ledger`, or begin with `charter init`',
  })
}

/** The nearest folder upwards that is a project of Charter's. */
export function findRoot(from: string): string | undefined {
  const marks = [...configNames, 'charter.groups.yaml', '.charter']
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (marks.some((mark) => existsSync(path.join(folder, mark)))) return folder
    if (folder === path.dirname(folder)) return undefined
  }
}

function ledgerOf(cwd: string, root: string, given: string | undefined): Place['ledger'] {
  if (given !== undefined && /^postgres(ql)?:\/\//.test(given)) return { kind: 'postgres', url: given }
  const file = given === undefined ? path.join(root, '.charter', 'ledger.db') : path.resolve(cwd, given)
  return { kind: 'sqlite', file }
}

function groupsOf(cwd: string, root: string, given: string | undefined): string {
  if (given !== undefined) return path.resolve(cwd, given)
  const hidden = path.join(root, '.charter', 'groups.yaml')
  const plain = path.join(root, 'charter.groups.yaml')
  return !existsSync(plain) && existsSync(hidden) ? hidden : plain
}
