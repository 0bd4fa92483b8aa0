/** Completion scripts, written from the verbs as they are declared: nothing to keep in step by hand. */
import type { Verb } from './verb.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

interface Entry {
  /** What stands before it, `''` or a noun. */
  readonly after: string
  readonly word: string
  readonly about: string
}

export function completionScript(
  shell: Shell,
  verbs: readonly Verb[],
  nouns: Readonly<Record<string, string>>,
): string {
  const entries = entriesOf(verbs, nouns)
  switch (shell) {
    case 'bash':
      return bashScript(entries, verbs)
    case 'zsh':
      return zshScript(entries, verbs)
    case 'fish':
      return fishScript(entries, verbs)
  }
}

function entriesOf(verbs: readonly Verb[], nouns: Readonly<Record<string, string>>): Entry[] {
  const entries = new Map<string, Entry>()
  for (const { name, about } of verbs) {
    const [first = '', second] = name.split(' ')
    const described = second === undefined ? about : (nouns[first] ?? '')
    entries.set(first, { after: '', word: first, about: described })
    if (second !== undefined) entries.set(name, { after: first, word: second, about })
  }
  return [...entries.values()]
}

const globalFlags = ['--json', '--no-color', '--help']

/** Words and, for options with a fixed choice, the choice. */
const flagsOf = ({ options }: Verb): string[] => [
  ...Object.values(options).map(({ flags }) => longOf(flags)),
  ...globalFlags,
]

const longOf = (flags: string): string => flags.split(/[ ,]+/).find((word) => word.startsWith('--')) ?? flags

const wordsAfter = (entries: readonly Entry[], noun: string): string =>
  entries
    .filter(({ after }) => after === noun)
    .map(({ word }) => word)
    .join(' ')

function choicesOf({ args, options }: Verb): { flag: string; choices: readonly string[] }[] {
  const ofOptions = Object.values(options).flatMap(({ flags, choices }) =>
    choices ? [{ flag: longOf(flags), choices }] : [],
  )
  const ofArguments = Object.values(args).flatMap(({ choices }) => (choices ? [{ flag: '', choices }] : []))
  return [...ofOptions, ...ofArguments]
}

function bashScript(entries: readonly Entry[], verbs: readonly Verb[]): string {
  const nouns = [...new Set(entries.map(({ after }) => after).filter((after) => after !== ''))]
  return [
    '# charter completion for bash: put `source <(charter completion bash)` into ~/.bashrc',
    '_charter() {',
    `  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}"`,
    `  case "$verb" in ${nouns.join('|')}) [ "$COMP_CWORD" -gt 2 ] && verb="$verb \${COMP_WORDS[2]}" ;; esac`,
    '  local words=""',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${wordsAfter(entries, '')} --help --version"`,
    '  else',
    '    case "$verb:$before" in',
    ...verbs.flatMap((verb) =>
      choicesOf(verb)
        .filter(({ flag }) => flag !== '')
        .map(({ flag, choices }) => `      "${verb.name}:${flag}") words="${choices.join(' ')}" ;;`),
    ),
    '      *) case "$verb" in',
    ...nouns.map((noun) => `        "${noun}") words="${wordsAfter(entries, noun)}" ;;`),
    ...verbs.map((verb) => `        "${verb.name}") words="${[...positional(verb), ...flagsOf(verb)].join(' ')}" ;;`),
    '      esac ;;',
    '    esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    `  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "$word"))`,
    '}',
    'complete -F _charter charter',
  ].join('\n')
}

const positional = (verb: Verb): readonly string[] =>
  choicesOf(verb)
    .filter(({ flag }) => flag === '')
    .flatMap(({ choices }) => choices)

function zshScript(entries: readonly Entry[], verbs: readonly Verb[]): string {
  const nouns = [...new Set(entries.map(({ after }) => after).filter((after) => after !== ''))]
  const listed = (noun: string) =>
    entries.filter(({ after }) => after === noun).map(({ word, about }) => `      ${zshQuoted(`${word}:${about}`)}`)
  return [
    '#compdef charter',
    '# charter completion for zsh: put `source <(charter completion zsh)` into ~/.zshrc, after compinit',
    '_charter() {',
    '  local -a words_here',
    `  local verb="\${words[2]}"`,
    `  case "$verb" in ${nouns.join('|')}) (( CURRENT > 3 )) && verb="$verb \${words[3]}" ;; esac`,
    '  if (( CURRENT == 2 )); then verb=""; fi',
    '  case "$verb" in',
    ...['', ...nouns].flatMap((noun) => [
      `    ${noun === '' ? '""' : `"${noun}"`})`,
      '      words_here=(',
      ...listed(noun),
      '      )',
      `      _describe ${noun === '' ? 'command' : 'verb'} words_here ;;`,
    ]),
    ...verbs.map(
      (verb) => `    "${verb.name}") compadd -- ${[...positional(verb), ...flagsOf(verb)].join(' ')}; _files ;;`,
    ),
    '  esac',
    '}',
    'compdef _charter charter',
  ].join('\n')
}

const zshQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

function fishScript(entries: readonly Entry[], verbs: readonly Verb[]): string {
  return [
    '# charter completion for fish: charter completion fish > ~/.config/fish/completions/charter.fish',
    ...entries.map(({ after, word, about }) => {
      const seen = entries.filter((entry) => entry.after === after).map((entry) => entry.word)
      const when =
        after === ''
          ? '__fish_use_subcommand'
          : `__fish_seen_subcommand_from ${after}; and not __fish_seen_subcommand_from ${seen.join(' ')}`
      return `complete -c charter -f -n ${zshQuoted(when)} -a ${word} -d ${zshQuoted(about)}`
    }),
    ...verbs.flatMap((verb) => {
      const [first, second] = verb.name.split(' ')
      const when = [first, second].flatMap((word) => word ?? []).map((word) => `__fish_seen_subcommand_from ${word}`)
      return Object.values(verb.options).map(({ flags, about, choices }) => {
        const value = choices ? ` -x -a ${zshQuoted(choices.join(' '))}` : flags.includes('<') ? ' -r' : ''
        return `complete -c charter -n ${zshQuoted(when.join('; and '))} -l ${longOf(flags).slice(2)}${value} -d ${zshQuoted(about)}`
      })
    }),
  ].join('\n')
}
